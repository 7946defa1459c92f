// Buttons and choices that act at once, in messages, forms and the Home tab, with their "are you sure?".
import { act, toast } from "./net.js";
import { refresh, toBottom } from "./live.js";
import { valueOf, valuesIn } from "./fields.js";

function sourceOf(element) {
  const source = element.closest("[data-source]");
  return source.dataset.source === "view"
    ? { deed: "press_view", where: { view: source.dataset.view, values: valuesIn(source) } }
    : { deed: "press", where: { ts: source.dataset.ts } };
}

export async function send(element, value) {
  const hook = element.closest("[data-act]");
  if (!hook || hook.getAttribute("aria-busy") === "true") return;
  const { deed, where } = sourceOf(element);
  hook.setAttribute("aria-busy", "true");
  const told = await act(deed, { ...where, action: hook.dataset.act, block: hook.dataset.block, value });
  hook.removeAttribute("aria-busy");
  if (told && told.notice) toast(told.notice);
  await refresh();
}

export function ask(template) {
  const box = document.getElementById("ask");
  box.replaceChildren(template.content.cloneNode(true));
  box.className = `ask ${template.dataset.style}`;
  box.returnValue = "no";
  box.showModal();
  return new Promise((resolve) => {
    box.onclick = (event) => {
      const button = event.target.closest("button");
      if (button) box.close(button.value);
    };
    box.onclose = () => resolve(box.returnValue === "yes");
  });
}

async function confirmed(element) {
  const template = element.closest(".el").querySelector("template[data-confirm]");
  return !template || ask(template);
}

async function onClick(event) {
  const button = event.target.closest("[data-press]");
  if (!button) return;
  const template = button.closest(".el").querySelector("template[data-confirm]");
  if (template && button.matches("a")) event.preventDefault();
  const menu = button.closest("details[data-menu]");
  if (menu) menu.open = false;
  if (template && !(await ask(template))) return;
  if (template && button.matches("a")) open(button.href, "_blank", "noopener");
  await send(button, button.dataset.value);
}

// A list sends once its box closes, so that arrow keys can pass over options without choosing each of them.
const before = new WeakMap();
async function sendIfChanged(field, revert) {
  const value = JSON.stringify(valueOf(field));
  if (before.get(field) === value) return;
  if (!(await confirmed(field))) {
    revert();
    return;
  }
  before.set(field, value);
  await send(field, valueOf(field));
}

function onToggle(event) {
  const field = event.target.matches("details[data-pick]") && event.target.closest("[data-field][data-act]");
  if (!field) return;
  if (event.target.open) before.set(field, JSON.stringify(valueOf(field)));
  else sendIfChanged(field, () => restore(field));
}

function restore(field) {
  const old = [JSON.parse(before.get(field))].flat();
  for (const input of field.querySelectorAll("input[data-label]")) {
    input.checked = old.includes(input.value);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

// Written text goes out on Enter, or while it is being typed, whichever the bot asked for.
const written = "textarea, [type=text], [type=email], [type=url]";
let typing;

function onKey(event) {
  const field = event.target.closest("[data-field][data-act]");
  if (!field || event.key !== "Enter" || event.isComposing || !event.target.matches(`input:is(${written})`)) return;
  event.preventDefault();
  send(field, valueOf(field));
}

function onInput(event) {
  const field = event.target.closest("[data-field][data-act][data-typing]");
  if (!field || event.isComposing || !event.target.matches(written)) return;
  clearTimeout(typing);
  typing = setTimeout(() => send(field, valueOf(field)), 500);
}

async function onChange(event) {
  const field = event.target.closest("[data-field][data-act]");
  if (!field || event.target.closest("[data-pick]") || event.target.matches(written)) return;
  if (await confirmed(field)) await send(field, valueOf(field));
}

async function onShortcut(event) {
  const item = event.target.closest("[data-shortcut]");
  if (!item) return;
  item.closest("details").open = false;
  await act("shortcut", { callback: item.dataset.shortcut });
  await refresh();
  toBottom();
}

export function start() {
  document.addEventListener("click", onClick);
  document.addEventListener("click", onShortcut);
  document.addEventListener("toggle", onToggle, true);
  document.addEventListener("change", onChange);
  document.addEventListener("keydown", onKey);
  document.addEventListener("input", onInput);
}
