"""What repeats on a site is learned from its stored documents, and goes from the next ones. On SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import Connection, select, text

from cleaner.site_templates.sample import PAGES
from service.store import documents, sites
from service.store.database import Store
from service.store.rows import ENOUGH_PAGES, Learned
from service.store.tables import site_pages
from tests.service.conftest import TEXT, InProcess, in_process
from tests.service.test_access import key_for
from tests.service.test_store import ingested

HOST = "fernmarsh-post.example"
# a sentence that reads like a text's own, and that only the other pages show to be the site's
MOTTO = "The Fernmarsh Post has told the people of the marsh what their neighbours would rather keep to themselves since 1871."
SUBJECTS = ("ferry", "bridge", "school", "market", "weir", "library")


@pytest.fixture
def service(database: str) -> Iterator[InProcess]:
    with in_process(workers=1, queue=60, database=database) as running:
        yield running


def page_about(subject: str) -> str:
    """A flattened page with the lines of its site above and below."""
    return (
        f"Home\nThe marsh\nThe tide\n{MOTTO}\nThe {subject} again\n"
        f"The council of Fernmarsh talked about the {subject} until late in the evening, and nobody left before the {subject} "
        f"had been voted on.\nIn the end the {subject} was put off until spring, when its committee meets once more, and those "
        f"who had come for the {subject} alone went home in the rain.\nOur letters page\nAll rights reserved\n"
    )


def store(service: InProcess, subject: str, key: dict[str, str] | None = None, **params: str) -> httpx.Response:
    address = {"url": f"https://www.{HOST}/{subject}"}
    answer = service.ask(
        "POST", "/v1/documents", content=page_about(subject), params=address | params, headers=TEXT | (key or {})
    )
    assert answer.status_code in (200, 201), answer.text
    return answer


def test_what_repeats_on_a_site_goes_once_enough_of_its_pages_are_stored(service: InProcess) -> None:
    first = store(service, SUBJECTS[0]).json()
    assert MOTTO in first["text"]
    assert "site" not in first["cleaner"]
    for subject in SUBJECTS[1:ENOUGH_PAGES]:
        store(service, subject)
    [listed] = service.get("/v1/sites").json()["sites"]
    assert (listed["host"], listed["pages"], listed["used"]) == (HOST, ENOUGH_PAGES, True)
    site = service.get(f"/v1/sites/{HOST}").json()
    last = store(service, SUBJECTS[ENOUGH_PAGES]).json()
    assert MOTTO not in last["text"]
    assert SUBJECTS[ENOUGH_PAGES] in last["text"]
    assert last["removed"]["by_reason"]["repeats-on-site"]
    assert last["cleaner"]["site"] == {"host": HOST, "version": site["version"], "pages": ENOUGH_PAGES}


def test_a_page_sent_as_json_or_told_apart_by_itself_alone_is_its_sites_too(service: InProcess) -> None:
    for subject in SUBJECTS[:ENOUGH_PAGES]:
        store(service, subject)
    wrapped = {"text": page_about("weir"), "url": f"https://{HOST}/weir"}
    assert MOTTO not in service.ask("POST", "/v1/documents", json=wrapped).json()["text"]
    lines = "".join(f"<p>{line}</p>" for line in page_about("library").splitlines())
    html = f'<html><head><link rel=canonical href="https://{HOST}/library"></head><body>{lines}</body></html>'
    stored = service.ask("POST", "/v1/documents", content=html, headers={"Content-Type": "text/html"}).json()
    assert stored["cleaner"]["site"]["host"] == HOST
    assert MOTTO not in stored["text"]
    assert service.get(f"/v1/sites/{HOST}").json()["pages"] == ENOUGH_PAGES + 2


def test_cleaning_without_storing_knows_the_site_only_when_it_is_asked_to(service: InProcess) -> None:
    for subject in SUBJECTS[:ENOUGH_PAGES]:
        store(service, subject)
    sent = {"text": page_about("weir"), "url": f"https://{HOST}/weir"}
    plain = service.clean(json=sent)
    assert MOTTO in plain.json()["text"]
    knowing = service.clean(json=sent | {"options": {"site": "stored"}})
    assert MOTTO not in knowing.json()["text"]
    assert knowing.headers["Cleaner-Site"] == knowing.json()["cleaner"]["site"]["version"]
    assert knowing.headers["Cleaner-Result"] != plain.headers["Cleaner-Result"]
    line = json.dumps(sent | {"id": "a", "options": {"site": "stored"}})
    batch = service.ask("POST", "/v1/clean/batch", content=line, headers={"Content-Type": "application/jsonl"})
    row = json.loads(batch.text)
    assert MOTTO not in row["document"]["text"]
    refused = service.clean(json=sent | {"options": {"site": "stored", "cleaner": "heuristic"}})
    assert refused.status_code == 422
    assert "choose combined or by_site" in refused.json()["detail"]
    assert MOTTO in store(service, "weir", site="none").json()["text"]


def test_the_same_page_is_one_version_until_it_is_cleaned_again(service: InProcess) -> None:
    made = store(service, SUBJECTS[0])
    for subject in SUBJECTS[1 : ENOUGH_PAGES + 1]:
        store(service, subject)
    again = store(service, SUBJECTS[0])
    assert again.status_code == 200
    assert again.json() == made.json()
    location = made.headers["Location"]
    cleaned = [service.ask("POST", f"{location}/versions") for _ in range(2)]
    assert [answer.status_code for answer in cleaned] == [201, 200]
    assert cleaned[0].json() == cleaned[1].json()
    assert MOTTO not in cleaned[0].json()["text"]
    told = [version["cleaner"]["site_template"] for version in service.get(f"{location}/versions").json()["versions"]]
    assert told == [None, cleaned[0].json()["cleaner"]["site"]["version"]]


def test_a_site_is_shown_so_that_people_can_read_it(service: InProcess) -> None:
    for subject in SUBJECTS[:ENOUGH_PAGES]:
        store(service, subject)
    site = service.get(f"/v1/sites/WWW.{HOST.upper()}").json()
    assert site["used"] is True
    repeated = {line["form"]: (line["pages"], line["place"]) for line in site["lines"]}
    assert repeated[MOTTO.lower().replace("1871", "#").rstrip(".")] == (ENOUGH_PAGES, "above")


def test_what_is_forgotten_is_learned_anew_and_a_deleted_document_is_forgotten_too(service: InProcess) -> None:
    locations = [store(service, subject).headers["Location"] for subject in SUBJECTS[:ENOUGH_PAGES]]
    assert service.ask("DELETE", locations[0]).status_code == 204
    assert service.get(f"/v1/sites/{HOST}").json()["pages"] == ENOUGH_PAGES - 1
    assert service.ask("DELETE", f"/v1/sites/{HOST}").status_code == 204
    for method in ("GET", "DELETE"):
        gone = service.ask(method, f"/v1/sites/{HOST}")
        assert gone.status_code == 404
        assert "GET /v1/sites" in gone.json()["detail"]
    assert service.get("/v1/sites").json() == {"sites": [], "next": None}
    assert MOTTO in store(service, "weir").json()["text"]
    assert service.get(f"/v1/sites/{HOST}").json()["pages"] == 1


def test_a_key_learns_from_its_own_documents_alone(database: str) -> None:
    with in_process(workers=1, queue=60, access="keys", database=database) as service:
        mine, other, admin = key_for(service, "read", "write"), key_for(service, "read", "write"), key_for(service, "admin")
        for subject in SUBJECTS[:ENOUGH_PAGES]:
            store(service, subject, mine)
        assert MOTTO in store(service, "weir", other).json()["text"]
        assert [one["pages"] for one in service.get("/v1/sites", headers=other).json()["sites"]] == [1]
        assert service.get(f"/v1/sites/{HOST}", headers=admin).json()["pages"] == ENOUGH_PAGES + 1
        assert service.ask("DELETE", f"/v1/sites/{HOST}", headers=other).status_code == 204
        assert service.get(f"/v1/sites/{HOST}", headers=other).status_code == 404
        assert service.get(f"/v1/sites/{HOST}", headers=mine).json()["pages"] == ENOUGH_PAGES
        # an admin's cleaning again of another's document knows what that other's documents have taught
        location = store(service, SUBJECTS[0], mine).headers["Location"]
        again = service.ask("POST", f"{location}/versions", headers=admin)
        assert again.json()["cleaner"]["site"]["pages"] == ENOUGH_PAGES


def test_sites_are_listed_page_by_page(service: InProcess) -> None:
    for name in ("c", "a", "b"):
        params = {"url": f"https://{name}.example/"}
        service.ask("POST", "/v1/documents", content=page_about(name), params=params, headers=TEXT)
    first = service.get("/v1/sites?limit=2").json()
    assert [site["host"] for site in first["sites"]] == ["a.example", "b.example"]
    rest = service.get("/v1/sites", params={"limit": "2", "cursor": first["next"]}).json()
    assert ([site["host"] for site in rest["sites"]], rest["next"]) == (["c.example"], None)
    assert service.get("/v1/sites?cursor=AAAA").status_code == 422


def test_services_that_learn_at_the_same_time_lose_nothing_of_each_others(database: str) -> None:
    stores = [Store(database), Store(database)]
    made = ingested()
    document = stores[0].writing(documents.keep, "", made.page, made.cleaning).id
    learned = [Learned("a.example", f"{number:016x}", float(number % 7), b"part") for number in range(3 * PAGES)]

    def learn(place: int) -> None:
        stores[place % 2].writing(sites.learn, "", document, learned[place])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(learn, range(len(learned))))
    kept = {row.page for row in stores[0].reading(sites._sample, "", "a.example")}
    best = sorted(learned, key=lambda one: (one.rank, one.page), reverse=True)[:PAGES]
    assert kept == {one.page for one in best}
    stores[1].writing(sites.learn, "", document, learned[0])  # whoever comes last drops what the others passed over
    assert stores[0].reading(_rows) == PAGES
    for one in stores:
        one.close()


def _rows(connection: Connection) -> int:
    return len(connection.execute(select(site_pages.c.page)).all())


def test_a_damaged_part_is_told_and_never_used(service: InProcess) -> None:
    for subject in SUBJECTS[:ENOUGH_PAGES]:
        store(service, subject)

    def damage(connection: Connection) -> None:
        connection.execute(text("UPDATE site_pages SET checksum = 'x'"))

    service.app.state.store.writing(damage)
    refused = service.get(f"/v1/sites/{HOST}")
    assert refused.status_code == 500
    assert refused.json()["type"].endswith("store-damaged")
    assert service.ask("DELETE", f"/v1/sites/{HOST}").status_code == 204
