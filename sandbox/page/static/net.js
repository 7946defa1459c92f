// What the page tells the sandbox, and how it says that something went wrong.
export const place = document.body.dataset;

export function query() {
  const asked = new URLSearchParams(location.search);
  asked.set("as", place.as);
  return asked;
}

export async function act(deed, asked) {
  let answer;
  try {
    answer = await fetch(`/page/do/${deed}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ as: place.as, in: place.in, ...asked }),
    });
  } catch {
    toast(place.unreachable);
    return null;
  }
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return told;
  toast(told.notice || (told.gone ? place.gone : place.failed));
  return null;
}

const box = document.querySelector("[data-toast]"); // kept: a closing form may take it out of the page
let hiding;
export function toast(words) {
  // A modal dialog covers everything outside it, so the notice moves into the one on top.
  (document.querySelector("dialog.sheet[open]") || document.body).append(box);
  box.textContent = words;
  box.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { box.hidden = true; }, 6000);
}
