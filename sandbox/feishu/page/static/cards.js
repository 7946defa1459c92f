// Buttons and forms of cards: asked twice where the card wants it, sent once, and kept as typed when refused.
import { act, place } from "/page/static/net.js";
import { refresh } from "/page/static/live.js";
import { valuesIn } from "/page/static/fields.js";
import { ask } from "/page/static/press.js";
import { say } from "./say.js";

const controls = "input:not([type=search]), textarea, summary";
const messageOf = (element) => element.closest("[data-message]").dataset.message;

async function meant(button) {
  const template = button.closest(".el").querySelector("template[data-confirm]");
  return !template || ask(template);
}

// A card has one answer to give at a time: while it is awaited nothing in it can be pressed.
async function busily(button, deed) {
  const card = button.closest(".card");
  if (card.hasAttribute("data-sending")) return null;
  card.setAttribute("data-sending", "");
  button.setAttribute("aria-busy", "true");
  const told = await deed();
  button.removeAttribute("aria-busy");
  card.removeAttribute("data-sending");
  return told;
}

async function press(button) {
  if (!button.dataset.value || !(await meant(button))) return;
  const asked = { message: messageOf(button), value: button.dataset.value };
  say(await busily(button, () => act("press", asked)));
  await refresh();
}

async function submit(form, button) {
  if (!(await meant(button))) return;
  const message = messageOf(form);
  const asked = { message, form: form.dataset.form, button: button.dataset.button, values: valuesIn(form) };
  const told = await busily(button, () => act("submit", asked));
  if (!told) return;
  showErrors(form, told.errors || {});
  say(told);
  await refresh();
  // A refused form comes back as a new card, with what is wrong at its head.
  if (!form.isConnected) document.getElementById(`m-${message}`)?.scrollIntoView({ block: "start" });
}

function mark(input, words) {
  input.toggleAttribute("data-wrong", Boolean(words));
  input.querySelector(".field-error").textContent = words;
  for (const control of input.querySelectorAll(controls)) {
    if (words) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
}

function showErrors(form, errors) {
  const inputs = [...form.querySelectorAll("[data-input]")];
  for (const input of inputs) mark(input, errors[input.dataset.input] || "");
  const first = inputs.find((input) => errors[input.dataset.input]);
  if (!first) return;
  say({ toast: { kind: "error", words: place.fix } });
  first.querySelector(controls).focus({ preventScroll: true });
  first.scrollIntoView({ block: "center" });
}

function onKey(event) {
  const form = event.target.closest("form[data-form]");
  if (!form || event.key !== "Enter" || event.isComposing) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.target.matches("input")) {
    event.preventDefault(); // a half-filled form is not sent by a stray Enter
  }
}

export function start() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".card [data-press]");
    if (button) press(button);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-form]");
    if (!form) return;
    event.preventDefault();
    submit(form, event.submitter || form.querySelector("[type=submit]"));
  });
  document.addEventListener("input", (event) => {
    const input = event.target.closest("[data-form] [data-wrong]");
    if (input) mark(input, "");
  });
  document.addEventListener("keydown", onKey);
}
