// The field below the messages: drafts, suggestions behind "/" and "@", and an Enter key that respects IMEs.
import { act, place } from "./net.js";
import { onUpdate, refresh, toBottom } from "./live.js";

const draftKey = `draft:${place.as}:${place.in}`;
const field = () => document.querySelector("[data-say]");
const list = () => document.querySelector("[data-suggest]");
let at = -1;

function fit() {
  const box = field();
  if (!box) return;
  box.rows = Math.min(8, Math.max(1, box.value.split("\n").length));
  box.closest("form").classList.toggle("filled", Boolean(box.value.trim()));
}

function typed() {
  const box = field();
  const left = box.value.slice(0, box.selectionStart);
  if (/^\/[^\n]*$/.test(left)) return { from: 0, words: left.toLowerCase(), source: "data-commands" };
  const mention = left.match(/(^|[\s(（，。])(@[^\s@]{0,20})$/);
  if (!mention) return null;
  return { from: left.length - mention[2].length, words: mention[2].toLowerCase(), source: "data-people" };
}

function suggest() {
  const box = list();
  const now = typed();
  const every = now ? [...document.querySelector(`template[${now.source}]`).content.querySelectorAll(".suggestion")] : [];
  const fits = every.filter((option) => now.source === "data-commands"
    ? option.dataset.match.startsWith(now.words.trimEnd()) && option.dataset.match !== now.words.trimEnd()
    : option.dataset.match.includes(now.words.slice(1)));
  box.replaceChildren(...fits.map((option, index) => {
    const copy = option.cloneNode(true);
    copy.id = `option-${index}`;
    return copy;
  }));
  box.hidden = !fits.length;
  point(now && now.source === "data-people" && fits.length ? 0 : -1);
}

function point(index) {
  at = index;
  const options = [...list().children];
  options.forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
  if (options[at]) options[at].scrollIntoView({ block: "nearest" });
  if (options[at]) field().setAttribute("aria-activedescendant", options[at].id);
  else field().removeAttribute("aria-activedescendant");
}

function accept(option) {
  const box = field();
  const { from } = typed() || { from: box.selectionStart };
  box.setRangeText(`${option.dataset.insertText} `, from, box.selectionStart, "end");
  hide();
  box.focus();
  box.dispatchEvent(new Event("input", { bubbles: true }));
  if (option.dataset.insertText.startsWith("/")) hide();
}

const hide = () => { list().hidden = true; point(-1); };

async function sendIt() {
  const box = field();
  const text = box.value;
  if (!text.trim()) return;
  box.value = "";
  remember();
  hide();
  const told = await act("say", { text });
  if (!told && !box.value) {
    box.value = text;
    remember();
    return;
  }
  await refresh();
  toBottom();
}

function remember() {
  fit();
  sessionStorage.setItem(draftKey, field().value);
}

function onKey(event) {
  if (!event.target.matches("[data-say]")) return;
  // While an input method is composing, Enter belongs to it (229 is what older browsers send then).
  if (event.isComposing || event.keyCode === 229) return;
  const open = !list().hidden;
  const count = list().children.length;
  if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    point((at + (event.key === "ArrowDown" ? 1 : -1) + (at < 0 && event.key === "ArrowUp" ? 1 : 0) + count) % count);
  } else if (open && event.key === "Escape") {
    event.preventDefault();
    hide();
  } else if (open && (event.key === "Tab" || (event.key === "Enter" && at >= 0))) {
    event.preventDefault();
    accept(list().children[Math.max(at, 0)]);
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    sendIt();
  }
}

function insert(words) {
  const box = field();
  const [start, end] = words.startsWith("/") ? [0, box.value.length] : [box.selectionStart, box.selectionEnd];
  box.setRangeText(words, start, end, "end");
  box.focus();
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

export function start() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-say]")) return;
    remember();
    suggest();
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-composer]")) return;
    event.preventDefault();
    sendIt();
  });
  document.addEventListener("pointerdown", (event) => {
    const option = event.target.closest(".suggestion");
    if (option) { event.preventDefault(); accept(option); }
    else if (field() && !list().hidden && !event.target.closest("[data-composer]")) hide();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert], [data-try]");
    if (button && field()) insert(button.dataset.insert || button.dataset.try);
  });
  const box = field();
  if (box && !box.value) box.value = sessionStorage.getItem(draftKey) || "";
  if (box && matchMedia("(pointer: fine) and (min-width: 761px)").matches) box.focus();
  onUpdate(fit);
  fit();
}
