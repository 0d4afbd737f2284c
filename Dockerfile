# The service as a small image: built in one stage, run in another that has neither pip's cache nor the sources.
FROM python:3.11-slim AS build
WORKDIR /build
RUN python -m venv /opt/cleaner
# An old pip breaks off over the dependencies of trafilatura and readability-lxml.
RUN /opt/cleaner/bin/python -m pip install --no-cache-dir --upgrade pip
COPY pyproject.toml README.md LICENSE ./
COPY cleaner cleaner
COPY service service
RUN /opt/cleaner/bin/python -m pip install --no-cache-dir ".[service]"

FROM python:3.11-slim
COPY --from=build /opt/cleaner /opt/cleaner
ENV PATH=/opt/cleaner/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# The database. Beside it only /tmp is written to, where uploads are taken apart, so the root may be read-only:
# docker run --read-only --tmpfs /tmp --volume cleaner:/data --publish 127.0.0.1:8000:8000 IMAGE
ENV CLEANER_DATABASE=sqlite:////data/cleaner.db
RUN useradd --system --uid 10001 --no-create-home cleaner && mkdir /data && chown 10001 /data
VOLUME /data
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ.get(\"CLEANER_PORT\", 8000)}/livez', timeout=4)"]
CMD ["cleaner", "serve", "--host", "0.0.0.0"]
