// Choice lists, overflow menus and long texts: everything a person fills in before it is sent.
export function valueOf(field) {
  const inputs = [...field.querySelectorAll("input:not([data-filter]), textarea")];
  if (!inputs.length) return "";
  const chosen = inputs.filter((input) => input.checked).map((input) => input.value);
  if (inputs[0].type === "checkbox") return chosen;
  if (inputs[0].type === "radio") return chosen[0] || "";
  return inputs[0].value;
}

export const valuesIn = (form) => Object.fromEntries(
  [...form.querySelectorAll("[data-input]:has([data-field])")]
    .map((input) => [input.dataset.input, valueOf(input.querySelector("[data-field]"))]),
);

export function showPicked(pick) {
  const now = pick.querySelector(".pick-now");
  const labels = [...pick.querySelectorAll("input:checked")].map((input) => input.dataset.label);
  now.textContent = labels.join(now.dataset.joiner);
  if (labels.length) return;
  const empty = document.createElement("span");
  empty.className = "placeholder";
  empty.textContent = now.dataset.empty;
  now.append(empty);
}

function count(input) {
  const box = input.parentElement.querySelector(".count");
  const most = Number(input.dataset.max);
  box.textContent = input.value.length > most * 0.8 ? `${input.value.length} / ${most}` : "";
  box.classList.toggle("over", input.value.length > most);
}

const closePick = (pick, focus) => {
  pick.open = false;
  if (focus) pick.querySelector("summary").focus();
};

function filter(input) {
  const wanted = input.value.trim().toLowerCase();
  const box = input.closest(".pick-list");
  for (const choice of box.querySelectorAll(".choice")) {
    choice.hidden = !choice.textContent.toLowerCase().includes(wanted);
  }
  for (const group of box.querySelectorAll(".pick-group")) group.hidden = Boolean(wanted);
}

function onClick(event) {
  for (const open of document.querySelectorAll("details[data-menu][open], details[data-pick][open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
  const clear = event.target.closest("[data-clear]");
  if (clear) {
    const pick = clear.closest("[data-pick]");
    const checked = pick.querySelector("input:checked");
    if (checked) {
      checked.checked = false;
      checked.dispatchEvent(new Event("change", { bubbles: true }));
    }
    closePick(pick, true);
  }
  // A pointer click on a radio has coordinates; the click which an arrow key causes has none.
  const radio = event.target.closest("[data-pick] input[type=radio]");
  if (radio && event.detail > 0) closePick(radio.closest("[data-pick]"), true);
}

function onKey(event) {
  const open = event.target.closest("details[data-menu][open], details[data-pick][open]");
  if (!open) return;
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    closePick(open, true);
  } else if (event.key === "Enter" && event.target.matches("[data-pick] input")) {
    event.preventDefault();
    closePick(open, true);
  } else if (event.key === "ArrowDown" && event.target.matches("summary, [data-filter]")) {
    event.preventDefault();
    const first = open.querySelector(".choice:not([hidden]) input, .menu-item");
    if (first) first.focus();
  }
}

export function start() {
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-filter]")) filter(event.target);
    if (event.target.matches("[data-max]")) count(event.target);
  });
  document.addEventListener("change", (event) => {
    const pick = event.target.closest("[data-pick]");
    if (pick) showPicked(pick);
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.matches("details[data-pick][open]")) {
      event.target.querySelector(".pick-list").scrollIntoView({ block: "nearest" });
    }
  }, true);
}
