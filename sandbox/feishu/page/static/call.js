// The call that covers the whole screen: it goes when its message is opened, with or without the card's own answer.
import { act, place } from "/page/static/net.js";
import { jumpTo, onUpdate, refresh } from "/page/static/live.js";
import { keepToSay, say } from "./say.js";

const region = document.querySelector('[data-region="modal"]');

function show() {
  const call = region.querySelector("dialog");
  if (!call || call.open || call.dataset.leaving) return;
  call.showModal();
  (call.querySelector("[data-answer]") || call.querySelector("[data-look]")).focus();
}

async function leave(call, deed, asked) {
  call.dataset.leaving = "1";
  call.close();
  const { call: message, place: chat } = call.dataset;
  const told = await act(deed, { message, ...asked });
  if (!told) delete call.dataset.leaving;
  if (told && (chat !== place.in || place.pane === "list")) {
    keepToSay(told);
    location.assign(`/?${new URLSearchParams({ as: place.as, in: chat })}#m-${message}`);
    return;
  }
  await refresh();
  jumpTo(message);
  say(told);
}

export function start() {
  document.addEventListener("click", (event) => {
    const answer = event.target.closest("[data-answer]");
    const look = event.target.closest("[data-look]");
    if (answer) leave(answer.closest("dialog"), "answer", { value: answer.dataset.value });
    else if (look) leave(look.closest("dialog"), "look", {});
  });
  document.addEventListener("cancel", (event) => {
    if (!event.target.matches("dialog.call")) return;
    event.preventDefault();
    leave(event.target, "look", {});
  }, true);
  onUpdate(show);
  show();
}
