// Follows the workspace: one event stream, regions replaced as they change, the list kept where the reader is.
import { act, place, query } from "./net.js";
import { morphChildren, parse } from "./morph.js";

const scroller = document.querySelector("[data-scroller]");
const log = document.querySelector("[data-log]");
const jump = document.querySelector("[data-bottom]");
const lost = document.querySelector("[data-lost]");
const afterwards = [];
let stuck = true;

export const onUpdate = (callback) => afterwards.push(callback);

let newest = 0;

export function apply({ regions = {}, order, items = {}, version }) {
  if (version < newest) return; // an answer overtaken by the stream
  newest = version;
  const kept = new Set([...log.children].map((item) => item.dataset.key));
  for (const [name, html] of Object.entries(regions)) {
    if (name === "title") document.title = html;
    else replaceRegion(document.querySelector(`[data-region="${name}"]`), parse(html));
  }
  for (const key of order || Object.keys(items)) placeItem(key, items[key], order);
  if (order) {
    const wanted = new Set(order);
    for (const item of [...log.children]) if (!wanted.has(item.dataset.key)) item.remove();
  }
  const grown = order && order.some((key) => !kept.has(key));
  if (stuck && place.tab !== "home") toBottom();
  else if (grown) jump.hidden = false;
  for (const callback of afterwards) callback();
  markRead();
}

function replaceRegion(region, wanted) {
  // An open dialog which is merely taken out of the page would still get the next Escape key.
  for (const dialog of region.querySelectorAll("dialog[open]")) {
    if (!wanted.getElementById(dialog.id)) dialog.close();
  }
  morphChildren(region, wanted);
}

function placeItem(key, html, order) {
  let item = document.getElementById(`m-${key}`);
  if (!item) {
    if (html === undefined) return;
    item = document.createElement("li");
    item.id = `m-${key}`;
    item.dataset.key = key;
  }
  if (html !== undefined) morphChildren(item, parse(html));
  if (!order) return;
  const at = order.indexOf(key);
  const before = at ? document.getElementById(`m-${order[at - 1]}`) : null;
  if (before ? before.nextSibling !== item : log.firstChild !== item) {
    if (before) before.after(item);
    else log.prepend(item);
  }
}

export function toBottom() {
  stuck = true;
  jump.hidden = true;
  scroller.scrollTop = scroller.scrollHeight;
}

export function jumpTo(ts) {
  const item = document.getElementById(`m-${ts}`);
  if (!item) return false;
  stuck = false;
  item.scrollIntoView({ block: "center" });
  item.classList.remove("flash");
  requestAnimationFrame(() => item.classList.add("flash"));
  return true;
}

export async function refresh() {
  try {
    const answer = await fetch(`/page/parts?${query()}`);
    if (answer.ok) apply(await answer.json());
  } catch {
    lost.hidden = false;
  }
}

function markRead() {
  const here = document.querySelector('.sidebar [aria-current="page"] .badge');
  const visible = document.visibilityState === "visible" && scroller.offsetParent !== null;
  if (here && visible && place.tab !== "home") act("read", {});
}

let source = null;
let polling = 0;

function follow() {
  leave();
  source = new EventSource(`/page/stream?${query()}`);
  source.addEventListener("open", () => {
    lost.hidden = true;
    newest = 0; // perhaps another sandbox, counting from the start
  });
  source.addEventListener("error", () => {
    lost.hidden = false;
    // A refused connection ends the source for good; only then is a new one needed.
    if (source && source.readyState === EventSource.CLOSED) setTimeout(follow, 2000);
  });
  source.addEventListener("page", (event) => apply(JSON.parse(event.data)));
  source.addEventListener("clock", (event) => showClock(JSON.parse(event.data)));
}

function leave() {
  clearInterval(polling);
  if (source) source.close();
  source = null;
}

// Browsers open six connections to one place: tabs in the background ask now and then instead of holding one.
function onVisibility() {
  if (document.visibilityState === "visible") follow();
  else {
    leave();
    polling = setInterval(refresh, 5000);
  }
}

let now = null;
function showClock(told) {
  now = told || now;
  if (!now) return;
  for (const box of document.querySelectorAll("[data-clock]")) {
    box.textContent = now.text;
    if (!now.speed) continue;
    const speed = document.createElement("b");
    speed.textContent = now.speed;
    speed.title = now.about;
    box.append(" ", speed);
  }
}

export function start() {
  scroller.addEventListener("scroll", () => {
    stuck = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 48;
    if (stuck) jump.hidden = true;
  }, { passive: true });
  jump.addEventListener("click", toBottom);
  new ResizeObserver(() => { if (stuck && place.tab !== "home") toBottom(); }).observe(scroller);
  document.addEventListener("visibilitychange", onVisibility);
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => { if (event.persisted) follow(); });
  onUpdate(() => showClock());
  if (place.tab !== "home" && !jumpTo(location.hash.replace("#m-", ""))) toBottom();
  markRead();
  follow();
}
