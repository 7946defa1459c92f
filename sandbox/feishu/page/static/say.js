// A toast as Feishu shows it: words, and what kind of news they are.
import { toast } from "/page/static/net.js";

export function say(told) {
  if (!told || !told.toast) return;
  toast(told.toast.words);
  document.querySelector("[data-toast]").dataset.kind = told.toast.kind;
}

// Words for the page to which we are on our way.
export function keepToSay(told) {
  if (told.toast) sessionStorage.setItem("toast", JSON.stringify(told.toast));
}

export function sayKept() {
  const kept = sessionStorage.getItem("toast");
  sessionStorage.removeItem("toast");
  if (kept) say({ toast: JSON.parse(kept) });
}
