// The page comes to life here; each module does one thing.
import * as composer from "./composer.js";
import * as dialog from "./dialog.js";
import * as fields from "./fields.js";
import * as live from "./live.js";
import * as press from "./press.js";
import { place } from "./net.js";

document.addEventListener("click", (event) => {
  const pinned = event.target.closest("[data-jump]");
  if (!pinned) return;
  event.preventDefault();
  pinned.closest("[popover]").hidePopover();
  live.jumpTo(pinned.dataset.jump);
});

// A link to a message of this workspace stays in this tab, and with the person who clicks it.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href*="/archives/"]');
  const [, channel, digits] = link?.pathname.match(/^\/archives\/(\w+)(?:\/p(\d+))?/) || [];
  if (!channel || link.origin !== location.origin || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const ts = digits ? `${digits.slice(0, -6)}.${digits.slice(-6)}` : "";
  if (channel === place.in && live.jumpTo(ts)) return;
  location.assign(`/?${new URLSearchParams({ as: place.as, in: channel })}${ts && `#m-${ts}`}`);
});

fields.start();
press.start();
dialog.start();
composer.start();
live.start();
document.documentElement.dataset.ready = "1"; // tests wait for this, not for a length of time
