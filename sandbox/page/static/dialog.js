// The form on top: opened when the workspace says so, kept while it is filled in, sent or put away.
import { act, place } from "./net.js";
import { onUpdate, refresh } from "./live.js";
import { valuesIn } from "./fields.js";

const region = document.querySelector('[data-region="modal"]');
const fields = "input:not([type=search]), textarea, summary";

function show() {
  const sheet = region.querySelector("dialog");
  if (!sheet || sheet.dataset.leaving) return;
  if (sheet.open) {
    // The field which had the focus may have gone with an update.
    if (document.activeElement === document.body) sheet.querySelector("h2").focus();
    return;
  }
  sheet.showModal();
  const touch = matchMedia("(pointer: coarse)").matches;
  const wanted = sheet.querySelector(`[data-focus] :is(${fields})`) || sheet.querySelector(`.sheet-body :is(${fields})`);
  const first = touch ? null : wanted;
  (first || sheet.querySelector("h2")).focus();
}

async function dismiss(sheet) {
  sheet.dataset.leaving = "1";
  sheet.close();
  const told = await act("dismiss", { view: sheet.dataset.view });
  if (!told) delete sheet.dataset.leaving;
  await refresh();
}

function showErrors(sheet, errors) {
  let first = null;
  for (const input of sheet.querySelectorAll("[data-input]")) {
    const words = errors[input.dataset.input] || "";
    input.toggleAttribute("data-wrong", Boolean(words));
    input.querySelector(".field-error").textContent = words;
    for (const control of input.querySelectorAll(fields)) {
      if (words) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
    if (words && !first) first = input;
  }
  const total = sheet.querySelector(".form-error");
  total.textContent = errors[""] || (first ? place.fix : Object.values(errors).join(" "));
  if (!first) return;
  first.querySelector(fields).focus({ preventScroll: true });
  first.scrollIntoView({ block: "center" });
}

async function submit(sheet) {
  if (sheet.dataset.sending) return;
  sheet.dataset.sending = "1";
  const button = sheet.querySelector("[type=submit]");
  button.setAttribute("aria-busy", "true");
  const told = await act("submit", { view: sheet.dataset.view, values: valuesIn(sheet) });
  delete sheet.dataset.sending;
  button.removeAttribute("aria-busy");
  if (told) showErrors(sheet, told.errors || {});
  if (told) await refresh();
}

function onKey(event) {
  const sheet = event.target.closest("dialog.sheet");
  if (!sheet || event.key !== "Enter" || event.isComposing) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    submit(sheet);
  } else if (event.target.matches("input")) {
    event.preventDefault(); // a half-filled form is not sent by a stray Enter
  }
}

export function start() {
  document.addEventListener("submit", (event) => {
    const sheet = event.target.closest("dialog.sheet");
    if (!sheet) return;
    event.preventDefault();
    submit(sheet);
  });
  document.addEventListener("cancel", (event) => {
    if (!event.target.matches("dialog.sheet")) return;
    event.preventDefault();
    dismiss(event.target);
  }, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dismiss]");
    if (button) dismiss(button.closest("dialog"));
  });
  document.addEventListener("input", (event) => {
    const input = event.target.closest("[data-wrong]");
    if (!input) return;
    input.removeAttribute("data-wrong");
    for (const control of input.querySelectorAll(fields)) control.removeAttribute("aria-invalid");
    input.querySelector(".field-error").textContent = "";
  });
  document.addEventListener("keydown", onKey);
  onUpdate(show);
  show();
}
