// Back to the desktop at the place to which the phone has gone meanwhile.
const link = document.querySelector("[data-desktop]");
link.addEventListener("click", () => {
  const query = new URLSearchParams(document.querySelector("iframe").contentWindow.location.search);
  query.delete("framed");
  link.href = `/?${query}`;
});

const frame = document.querySelector("iframe");
frame.addEventListener("load", () => { document.documentElement.dataset.ready = "1"; });
