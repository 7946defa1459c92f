// Turns one element into another without touching what a person is doing in it: focus, typed text, open menus
// and scroll positions live in the old nodes, so old nodes are kept wherever the new ones mean the same thing.
const OURS = new Set([
  "open", "aria-busy", "aria-invalid", "aria-activedescendant", "data-sending", "data-leaving", "data-wrong",
]);

export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html; // rendered and escaped by the server, see render.py
  return template.content;
}

export function morphChildren(from, to) {
  let cursor = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const found = match(cursor, wanted);
    if (!found) {
      from.insertBefore(wanted, cursor);
      continue;
    }
    if (found === cursor) cursor = cursor.nextSibling;
    else from.insertBefore(found, cursor);
    morph(found, wanted);
  }
  while (cursor) {
    const next = cursor.nextSibling;
    cursor.remove();
    cursor = next;
  }
}

export function morph(from, to) {
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.data !== to.data) from.data = to.data;
    return;
  }
  if (from.hasAttribute("data-keep")) return;
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !OURS.has(name)) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (!OURS.has(name) && from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  if (from instanceof HTMLTemplateElement) from.innerHTML = to.innerHTML;
  else morphChildren(from, to);
}

const keyOf = (node) => node.id || (node.dataset && node.dataset.key) || "";

function match(cursor, wanted) {
  const key = keyOf(wanted);
  for (let node = cursor; node; node = node.nextSibling) {
    if (node.nodeName !== wanted.nodeName) {
      if (!key) return null;
    } else if (keyOf(node) === key) {
      return node;
    } else if (!key) {
      return null;
    }
  }
  return null;
}
