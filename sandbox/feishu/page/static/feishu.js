// The page comes to life here; what every chat page does comes from /page/static.
import * as banner from "./banner.js";
import * as call from "./call.js";
import * as cards from "./cards.js";
import * as composer from "/page/static/composer.js";
import * as fields from "/page/static/fields.js";
import * as live from "/page/static/live.js";
import { act } from "/page/static/net.js";
import { say, sayKept } from "./say.js";

document.addEventListener("click", (event) => {
  const pinned = event.target.closest("[data-jump]");
  if (!pinned) return;
  event.preventDefault();
  pinned.closest("[popover]")?.hidePopover();
  live.jumpTo(pinned.dataset.jump);
});

document.addEventListener("click", async (event) => {
  const key = event.target.closest("[data-menu-key]");
  const add = event.target.closest("[data-add-bot]");
  if (!key && !add) return;
  const button = key || add;
  button.setAttribute("aria-busy", "true");
  say(key ? await act("menu", { key: key.dataset.menuKey }) : await act("add_bot", {}));
  button.removeAttribute("aria-busy");
  await live.refresh();
  live.toBottom();
});

fields.start();
cards.start();
call.start();
composer.start();
banner.start();
live.start();
sayKept();
document.documentElement.dataset.ready = "1"; // tests wait for this, not for a length of time
