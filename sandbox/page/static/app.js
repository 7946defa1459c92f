// The page comes to life here; each module does one thing.
import * as composer from "./composer.js";
import * as dialog from "./dialog.js";
import * as fields from "./fields.js";
import * as live from "./live.js";
import * as press from "./press.js";

document.addEventListener("click", (event) => {
  const pinned = event.target.closest("[data-jump]");
  if (!pinned) return;
  event.preventDefault();
  const item = document.getElementById(`m-${pinned.dataset.jump}`);
  pinned.closest("[popover]").hidePopover();
  if (!item) return;
  item.scrollIntoView({ block: "center" });
  item.classList.remove("flash");
  requestAnimationFrame(() => item.classList.add("flash"));
});

fields.start();
press.start();
dialog.start();
composer.start();
live.start();
document.documentElement.dataset.ready = "1"; // tests wait for this, not for a length of time
