// What Feishu tells over everything else on a phone: that something was said in another chat, and the way there.
import { onUpdate } from "/page/static/live.js";

const banner = document.querySelector("[data-banner]");
const entries = () => [...document.querySelectorAll("[data-entry]")];
const counts = () => new Map(entries().map((entry) => [entry.dataset.entry, Number(entry.dataset.unread)]));
const hidesList = () => matchMedia("(max-width: 760px)").matches && document.body.dataset.pane === "chat";

let known = counts();
let hiding;

function show(entry) {
  const avatar = entry.querySelector(".avatar").cloneNode(true);
  const words = entry.querySelector(".entry-text").cloneNode(true);
  banner.replaceChildren(avatar, words);
  banner.href = entry.href;
  banner.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { banner.hidden = true; }, 8000);
}

function look() {
  const before = known;
  known = counts();
  const fresh = entries().find((entry) => {
    const { entry: chat, unread } = entry.dataset;
    return !entry.hasAttribute("aria-current") && Number(unread) > (before.get(chat) || 0);
  });
  if (fresh && hidesList()) show(fresh);
}

export const start = () => onUpdate(look);
