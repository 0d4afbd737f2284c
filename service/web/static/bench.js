// The bench: a page is cleaned by hand, and what is said of it is saved by itself. Offsets go out as the service counts them,
// in characters; here they are in UTF-16 units.
"use strict";
(() => {
  const bench = document.getElementById("bench");
  const list = document.getElementById("blocks");
  const form = document.getElementById("meta");
  const saved = document.getElementById("saved");
  const items = [...list.querySelectorAll(".b")];
  const place = new Map(items.map((item, index) => [item, index]));
  const textOf = (index) => items[index].querySelector(".t").textContent;
  const path = `/v1/samples/${bench.dataset.document}/${encodeURIComponent(bench.dataset.annotator)}`;

  // what is said of each block: whether it stays, and which parts [start, end) of it go
  const state = items.map((item) => ({ keep: !item.classList.contains("gone"), cuts: [] }));
  items.forEach((item, index) => {
    if (!item.querySelector(".cut")) return;
    let at = 0;
    for (const node of item.querySelector(".t").childNodes) {
      const length = node.textContent.length;
      if (node.nodeType === Node.ELEMENT_NODE) {
        const told = node.querySelector(".told");
        if (told) told.remove(); // it is in the text that cuts are counted in
        const inside = node.textContent.length;
        state[index].cuts.push([at, at + inside]);
        at += inside;
      } else at += length;
    }
  });

  // drawing
  const draw = (index, choice) => {
    const item = items[index], { keep, cuts } = state[index];
    item.classList.toggle("gone", !keep);
    item.classList.toggle("changed", keep !== (item.dataset.machine === "1"));
    item.querySelector(".state").textContent = `${keep ? "kept" : "removed"}${item.matches(".changed") ? " by hand" : ""}`;
    const place = item.querySelector(".t");
    if (!cuts.length && !choice && !place.firstElementChild) return;
    const text = place.textContent;
    const marks = cuts.map(([start, end]) => ({ start, end, name: "del" }));
    const edges = [...new Set([0, text.length, ...marks.flatMap((it) => [it.start, it.end]), ...(choice || [])])].sort((a, b) => a - b);
    const parts = [];
    for (let at = 0; at + 1 < edges.length; at++) {
      const [start, end] = [edges[at], edges[at + 1]];
      let node = document.createTextNode(text.slice(start, end));
      if (choice && start >= choice[0] && end <= choice[1]) node = around("mark", "choice", node);
      if (marks.some((it) => start >= it.start && end <= it.end)) node = around("del", "cut", node);
      parts.push(node);
    }
    place.replaceChildren(...parts);
  };
  const around = (name, kind, node) => {
    const element = document.createElement(name);
    element.className = kind;
    element.append(node);
    return element;
  };
  const count = () => {
    const kept = state.filter((it) => it.keep).length;
    document.getElementById("count").textContent = `${kept} of ${state.length} blocks kept`;
  };

  // undo and redo: each step is a list of [block or field, before, after]
  let fields = {}; // as they were last noted
  const done = [], undone = [];
  const set = (what, value) => {
    if (typeof what === "number") { state[what] = value; draw(what); } else form.elements[what].value = fields[what] = value;
  };
  const tellBlock = (changes) => { // what is told of the block last changed, not of one that was looked at before
    const what = changes.at(-1)[0];
    if (typeof what === "number") inspect(items[what]);
  };
  const perform = (changes) => {
    const real = changes.filter(([, before, after]) => JSON.stringify(before) !== JSON.stringify(after));
    if (!real.length) return;
    done.push(real);
    undone.length = 0;
    real.forEach(([what, , after]) => set(what, after));
    tellBlock(real);
    changed();
  };
  const back = (from, to, which, told) => {
    const step = from.pop();
    if (!step) return say(`Nothing to ${told}.`);
    to.push(step);
    step.forEach((change) => set(change[0], change[which]));
    if (typeof step[0][0] === "number") goTo(items[step[0][0]]);
    tellBlock(step);
    changed();
  };
  const keepAll = (indexes, keep) => perform(indexes.map((index) => [index, state[index], { ...state[index], keep }]));

  // saving
  const points = (text, offset) => [...text.slice(0, offset)].length;
  const body = () => {
    const fields = Object.fromEntries(new FormData(form));
    return {
      version: Number(bench.dataset.version), reading: bench.dataset.reading, done: bench.dataset.done === "1",
      removed: state.flatMap((it, index) => (it.keep ? [] : [index])),
      cuts: state.flatMap((it, block) => (it.keep ? it.cuts.map(([start, end]) => {
        const text = textOf(block);
        return { block, start: points(text, start), end: points(text, end) };
      }) : [])),
      title: fields.title.trim() || null, site_name: fields.site_name.trim() || null, language: fields.language.trim(),
      authors: fields.authors.split("\n").map((it) => it.trim()).filter(Boolean),
      date_published: fields.date_published.trim() || null, page_type: fields.page_type,
    };
  };
  let timer = 0, saving = null, unsaved = false, wait = 1000;
  const tell = (text, not = false) => { saved.textContent = text; saved.classList.toggle("not", not); };
  const changed = () => {
    unsaved = true;
    count();
    tell("Saving …");
    clearTimeout(timer);
    timer = setTimeout(save, 500);
  };
  const save = async () => {
    clearTimeout(timer);
    while (saving) await saving;
    if (!unsaved) return true;
    unsaved = false;
    saving = send();
    const fine = await saving;
    saving = null;
    return fine && (unsaved ? save() : true);
  };
  const send = async () => {
    let answer;
    try {
      answer = await fetch(path, { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body()) });
    } catch {
      return again("The service cannot be reached. Not saved yet");
    }
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) {
      bench.dataset.version = told.version;
      wait = 1000;
      tell(`Saved${told.done ? ", done" : ""}`);
      return true;
    }
    if (answer.status === 503 || answer.status === 429) return again("The service is busy. Not saved yet");
    unsaved = true;
    tell(answer.status === 409 ? `Not saved: ${told.title}. Load the page again to go on from what is stored.`
      : answer.status === 401 ? "Not saved: log in again in another tab, then change something here." : `Not saved: ${told.detail || answer.status}`, true);
    return false;
  };
  const again = (why) => {
    unsaved = true;
    tell(`${why}; trying again.`, true);
    timer = setTimeout(save, wait);
    wait = Math.min(2 * wait, 30000);
    return false;
  };
  addEventListener("beforeunload", (event) => { if (unsaved || saving) event.preventDefault(); });
  addEventListener("visibilitychange", () => { if (document.hidden) save(); });

  // cutting inside a line: words are chosen, then cut, or put back
  let cutting = null;
  const wordsOf = (text) => {
    const unspaced = /[\u3040-\u30ff\u3400-\u9fff]/.test(text) && Intl.Segmenter;
    if (!unspaced) return [...text.matchAll(/\S+/g)].map((it) => [it.index, it.index + it[0].length]);
    const found = new Intl.Segmenter(undefined, { granularity: "word" }).segment(text);
    return [...found].filter((it) => it.segment.trim()).map((it) => [it.index, it.index + it.segment.length]);
  };
  const span = () => {
    const [first, last] = [Math.min(cutting.from, cutting.to), Math.max(cutting.from, cutting.to)];
    return [cutting.words[first][0], cutting.words[last][1]];
  };
  const chosenBlock = () => { // that words are selected in by pointer or finger
    const selection = getSelection();
    return selection.isCollapsed ? undefined : place.get(selection.anchorNode.parentElement.closest(".b"));
  };
  const beginCut = () => {
    const index = chosenBlock() ?? at();
    if (!state[index].keep) return say("This block goes as a whole: press space to keep it first.");
    const text = textOf(index), words = wordsOf(text);
    if (!words.length) return;
    const selection = getSelection();
    const place = items[index].querySelector(".t");
    if (!selection.isCollapsed && place.contains(selection.anchorNode) && place.contains(selection.focusNode)) {
      const range = selection.getRangeAt(0), before = range.cloneRange();
      before.selectNodeContents(place);
      before.setEnd(range.startContainer, range.startOffset);
      const start = before.toString().length, end = start + range.toString().length;
      const inside = words.filter(([from, to]) => from < end && start < to);
      selection.removeAllRanges();
      if (inside.length) cut(index, [inside[0][0], inside.at(-1)[1]]);
      return;
    }
    cutting = { index, words, from: 0, to: 0 };
    goTo(items[index]);
    showChoice();
  };
  const showChoice = () => {
    document.getElementById("inspector").textContent = "h l choose a word, H L more; x cuts or puts back, Esc leaves. Words that are selected are cut at once.";
    draw(cutting.index, span()); items[cutting.index].querySelector(".choice")?.scrollIntoView({ block: "nearest" });
  };
  const endCut = () => { const { index } = cutting; cutting = null; draw(index); inspect(items[index]); };
  const cut = (index, [start, end]) => {
    const { cuts } = state[index];
    const whole = cuts.some(([from, to]) => from <= start && end <= to);
    const others = cuts.flatMap(([from, to]) => [[from, Math.min(to, start)], [Math.max(from, end), to]]).filter(([from, to]) => from < to);
    const text = textOf(index);
    const trimmed = others.map(([from, to]) => {
      const piece = text.slice(from, to);
      return [from + piece.length - piece.trimStart().length, to - piece.length + piece.trimEnd().length];
    });
    let after = whole ? trimmed : [...trimmed, [start, end]].sort((a, b) => a[0] - b[0]);
    after = after.reduce((joined, [from, to]) => { // two cuts with nothing but a space between them are one
      const last = joined.at(-1);
      if (last && !text.slice(last[1], from).trim()) last[1] = to; else joined.push([from, to]);
      return joined;
    }, []).filter(([from, to]) => text.slice(from, to).trim());
    perform([[index, state[index], { ...state[index], cuts: after }]]);
    say(whole ? "Put back." : "Cut.");
  };
  const stepWord = (by, more) => {
    const last = cutting.words.length - 1;
    cutting.to = Math.max(0, Math.min(last, cutting.to + by));
    if (!more) cutting.from = cutting.to;
    showChoice();
  };
  const CUTTING = {
    h: () => stepWord(-1), l: () => stepWord(1), H: () => stepWord(-1, true), L: () => stepWord(1, true),
    x: () => { const { index } = cutting, chosen = span(); endCut(); cut(index, chosen); }, Escape: () => endCut(),
  };
  CUTTING.Enter = CUTTING[" "] = CUTTING.c = CUTTING.x;

  // the keys of the bench
  const at = () => place.get(current()) ?? 0;
  const toggle = () => {
    const index = at(), keep = !state[index].keep;
    keepAll([index], keep);
  };
  const sweep = (by) => {
    const index = at(), next = index + by;
    if (!items[next]) return;
    keepAll([next], state[index].keep);
    goTo(items[next]);
  };
  const leave = async (where) => { if (await save()) location.href = where; };
  const neighbour = (name) => `/review/bench/next?order=${bench.dataset.order}&${name}=${bench.dataset.document}`;
  const finish = async () => {
    bench.dataset.done = "1";
    unsaved = true;
    await leave(neighbour("done"));
  };
  const teach = async () => {
    if (!Number(bench.dataset.version)) unsaved = true;
    if (!(await save())) return;
    try {
      const answer = await fetch(`${path}/teach`, { method: "POST" });
      const told = await answer.json();
      const lines = (number) => `${number} ${number === 1 ? "line" : "lines"}`;
      say(answer.ok ? `Taught ${told.host}: ${lines(told.go.length)} to take out, ${lines(told.stay.length)} to keep.` : told.detail);
    } catch {
      say("The service cannot be reached: nothing was taught.");
    }
  };
  const TYPES = [...form.elements.page_type.options].map((it) => it.value);
  const setType = (type) => { perform([["page_type", form.elements.page_type.value, type]]); noteFields(); say(`Page type: ${type}.`); };
  const beginsRun = (block) => block.classList.contains("gone") !== block.previousElementSibling?.classList.contains("gone");
  const differs = (block) => block.matches(".changed, .theirs") || block.querySelector(".cut");
  const DEEDS_OF_BENCH = {
    j: () => move(false), k: () => move(true), ArrowDown: () => move(false), ArrowUp: () => move(true),
    r: () => goTo(step(current(), false, beginsRun) || items.at(-1)), R: () => move(true, beginsRun), J: () => sweep(1), K: () => sweep(-1), " ": toggle, x: toggle, c: beginCut,
    u: () => back(done, undone, 1, "undo"), U: () => back(undone, done, 2, "redo"),
    n: () => move(false, differs), N: () => move(true, differs),
    m: () => { showPane("about"); form.elements.title.focus(); }, d: finish, t: teach,
    "]": () => leave(neighbour("after")), "[": () => leave(neighbour("before")),
    o: () => showPane(bench.dataset.pane === "original" ? "about" : "original"),
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || document.querySelector("dialog[open]")) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !types(event.target)) {
      event.preventDefault();
      DEEDS_OF_BENCH[event.shiftKey ? "U" : "u"]();
      return;
    }
    if (event.ctrlKey || event.metaKey) return;
    if (types(event.target)) {
      if (event.key === "Escape") { event.preventDefault(); goTo(current0()); }
      return;
    }
    if (cutting) {
      const name = { ArrowLeft: "h", ArrowRight: "l" }[event.key] || event.key;
      const deed = CUTTING[event.shiftKey && name.length === 1 ? name.toUpperCase() : name];
      if (deed) { event.preventDefault(); deed(); return; }
      endCut();
    }
    const onButton = event.target.closest("button, a, summary") && (event.key === " " || event.key === "Enter");
    const deed = /^[0-7]$/.test(event.key) ? () => setType(event.key === "0" ? "none" : TYPES[event.key - 1]) : DEEDS_OF_BENCH[event.key];
    if (!deed || onButton) return;
    event.preventDefault();
    deed();
  });
  const current0 = () => list.querySelector(".b[tabindex='0']");
  let anchor = 0;
  list.addEventListener("click", (event) => {
    const item = event.target.closest(".b");
    if (!item || !getSelection().isCollapsed) return;
    const index = place.get(item);
    if (cutting) endCut();
    if (event.shiftKey) {
      const [first, last] = [Math.min(anchor, index), Math.max(anchor, index)];
      keepAll(state.map((_, at) => at).slice(first, last + 1), state[anchor].keep);
    } else keepAll([index], !state[index].keep);
    anchor = index;
    goTo(item);
  });
  list.addEventListener("mousedown", (event) => { if (event.shiftKey) event.preventDefault(); });
  document.querySelector("[data-bench=c]").addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
  document.addEventListener("click", (event) => DEEDS_OF_BENCH[event.target.closest("[data-bench]")?.dataset.bench]?.());

  // fields: a change is one step of undo
  const noteFields = () => { fields = Object.fromEntries(new FormData(form)); };
  form.addEventListener("change", (event) => {
    const { name, value } = event.target;
    if (!event.target.checkValidity()) return say("A day is written as 2026-05-27.");
    perform([[name, fields[name], value]]);
    noteFields();
  });
  form.addEventListener("submit", (event) => event.preventDefault());

  // what others say of the page is shown when one is done oneself
  const compare = async () => {
    const answer = await fetch(`/v1/samples/${bench.dataset.document}`).catch(() => null);
    if (!answer?.ok) return;
    const mine = (await answer.json()).agreement.filter((it) => it.annotators.includes(bench.dataset.annotator) && it.kappa !== null);
    document.getElementById("others").replaceChildren(...mine.map((it) => {
      const line = document.createElement("p"), name = it.annotators.find((one) => one !== bench.dataset.annotator);
      line.textContent = `${name} treats ${(100 * it.share).toFixed(1)} % of the words alike (κ ${it.kappa.toFixed(2)}); n goes to where not.`;
      it.blocks.forEach((index) => { items[index]?.classList.add("theirs"); if (items[index]) items[index].querySelector(".why").dataset.theirs = name; });
      return line;
    }));
  };
  noteFields();
  count();
  items.forEach((_, index) => { if (state[index].cuts.length) draw(index); });
  if (bench.dataset.done === "1" && document.getElementById("others").childElementCount) compare();
  goTo(list.querySelector(".b:not(.gone)") || items[0]);
})();
