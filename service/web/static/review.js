// The review page: keys, kinds, the original, copies. Text of pages is only ever read from and written to textContent.
"use strict";

const say = (text) => {
  const place = document.getElementById("say");
  place.textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { place.textContent = ""; }, 4000);
};
const blocks = () => document.getElementById("blocks");
const shown = (block) => !block.hidden;

// moving: one block is in the tab order, and it is the one that was last at hand
const goTo = (block) => {
  if (!block) return;
  const list = blocks();
  const before = list.querySelector(".b[tabindex='0']");
  if (before) before.tabIndex = -1;
  block.tabIndex = 0;
  block.focus({ preventScroll: true });
  block.scrollIntoView({ block: "nearest" });
};
const current = () => document.activeElement?.closest(".b") || blocks()?.querySelector(".b[tabindex='0']");
const step = (from, back, wanted) => {
  let block = from;
  do block = back ? block?.previousElementSibling : block?.nextElementSibling; while (block && !wanted(block));
  return block;
};
const move = (back, wanted = shown) => {
  const at = current();
  if (!at) return;
  const unfocused = document.activeElement?.closest(".b") !== at;
  goTo(unfocused && wanted(at) ? at : step(at, back, wanted));
};

const showKind = (kind) => {
  document.querySelectorAll(".kinds button").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.kind === kind));
  });
  let any = false;
  for (const block of blocks().children) {
    const fits = !kind || (block.dataset.kinds || "").split(" ").includes(kind);
    block.hidden = !fits;
    any ||= fits;
  }
  document.getElementById("nothing").hidden = any;
};

const showPane = (pane) => {
  const result = document.querySelector("[data-pane]");
  if (!result) return;
  result.dataset.pane = pane;
  result.querySelectorAll(".panes button").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.do === pane));
  });
  const frame = result.querySelector("iframe[data-src]");
  if (pane === "original" && frame && !frame.hasAttribute("src")) frame.setAttribute("src", frame.dataset.src);
};

const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    say("Copied.");
  } catch {
    say("The browser does not let pages copy here: download it instead.");
  }
};
const download = (text, type, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  say(`Saved as ${name}.`);
};

// what decided a block, for the one that is pointed at or in focus
const NEAR = 5; // steps of a path
let inspected = null;
const inspect = (block) => {
  const place = document.getElementById("inspector");
  if (!place) return;
  inspected = block;
  place.replaceChildren();
  block.querySelectorAll(".why").forEach((why) => {
    const verdict = document.createElement("b");
    const reasons = [...why.querySelectorAll("b")].map((it) => it.textContent).join(", ");
    verdict.textContent = verdictByHand(block, reasons) || reasons || "kept";
    const by = [...why.querySelectorAll(".by")].map((it) => it.textContent).join(", ");
    place.append(verdict, by ? ` by ${by}; ` : " ");
  });
  const steps = block.dataset.place.split("/");
  place.append(steps.length > NEAR ? `…/${steps.slice(-NEAR).join("/")}` : block.dataset.place);
};
const verdictByHand = (block, reasons) => { // on the bench alone, where a block has a state
  const state = block.querySelector(".state")?.textContent;
  if (!state) return "";
  const cut = state.startsWith("kept") && block.querySelector(".cut") ? ", but for what is struck out" : "";
  if (!block.classList.contains("changed")) return `${state}${cut}${reasons && !cut ? `: ${reasons}` : ""}`;
  return `${state}${cut}; the cleaner ${reasons ? `takes it out: ${reasons}` : "keeps it"}`;
};
const pointedAt = (event) => {
  const block = event.target.closest?.(".b");
  if (block) inspect(block);
};
document.addEventListener("mouseover", pointedAt);
document.addEventListener("focusin", pointedAt);

const DEEDS = {
  help: () => document.getElementById("help").showModal(),
  about: () => showPane("about"),
  original: () => showPane("original"),
  copy: (button) => copy(document.getElementById(`as-${button.dataset.format}`).value),
  download: (button) => {
    const area = document.getElementById(`as-${button.dataset.format}`);
    download(area.value, area.dataset.type, button.dataset.file);
  },
};
const KEYS = {
  j: () => move(false), k: () => move(true), ArrowDown: () => move(false), ArrowUp: () => move(true),
  n: () => move(false, isPoint), N: () => move(true, isPoint),
  a: () => showKind(""),
  o: () => showPane(document.querySelector("[data-pane]").dataset.pane === "original" ? "about" : "original"),
  e: () => document.querySelector("[data-key=e]")?.click(),
};
const isPoint = (block) => shown(block) && block.matches(blocks().classList.contains("two") ? ".differ" : ".gone, :has(.cut)");

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do], [data-kind]");
  if (button?.dataset.do) DEEDS[button.dataset.do]?.(button);
  else if (button) showKind(button.dataset.kind);
});
const types = (target) => target.matches("input:not([type=file]), textarea, select, [contenteditable]");
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || types(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "?") { event.preventDefault(); DEEDS.help(); return; }
  if (event.key === "e" && document.querySelector("[data-key=e]")) { event.preventDefault(); KEYS.e(); return; }
  if (!blocks() || document.body.classList.contains("at-bench")) return;
  if (event.key.startsWith("Arrow") && !document.activeElement?.closest(".b")) return;
  const deed = KEYS[event.key];
  if (deed) { event.preventDefault(); deed(); }
});

// a file that is dropped on the form is cleaned at once
const paste = document.getElementById("paste");
if (paste) {
  const file = paste.querySelector("input[type=file]");
  const over = (event) => { event.preventDefault(); paste.classList.add("over"); };
  document.addEventListener("dragover", over);
  document.addEventListener("dragleave", () => paste.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    paste.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    file.files = event.dataTransfer.files;
    paste.requestSubmit(paste.querySelector(".first"));
  });
  file.addEventListener("change", () => { file.nextElementSibling.textContent = file.files[0]?.name || "Choose a file"; });
}

document.addEventListener("htmx:responseError", () => say("The service did not answer this: load the page again to see why."));
document.addEventListener("htmx:sendError", () => say("The service cannot be reached."));
