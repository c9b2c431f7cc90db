// Hands the boxes that are ticked to pages/shared/convening.py, which lists them to copy, and ticks
// again those of a table that is drawn anew.
const BOX = ".cg-tick";
let latest = null; // the component as the last run of the app left it
let stop = null;
let place = "";
let ticked = new Set();

export default function (component) {
  latest = component;
  if (place !== component.data.place) {
    place = component.data.place;
    ticked = new Set(component.data.ticked);
  }
  stop ??= listen();
  mark();
  return () => {
    if (latest !== component) return;
    stop?.();
    stop = null;
    place = "";
  };
}

function listen() {
  const watcher = new MutationObserver(mark);
  watcher.observe(document.body, { childList: true, subtree: true });
  document.addEventListener("change", tick);
  return () => {
    watcher.disconnect();
    document.removeEventListener("change", tick);
  };
}

function mark() {
  for (const box of document.querySelectorAll(BOX)) box.checked = ticked.has(box.value);
}

function tick(event) {
  const box = event.target.closest?.(BOX);
  if (!box) return;
  if (box.checked) ticked.add(box.value);
  else ticked.delete(box.value);
  latest.setStateValue("ticked", { place, ids: [...ticked] });
}
