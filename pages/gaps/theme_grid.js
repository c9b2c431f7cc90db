// Hands the cell of the theme grid that is chosen to pages/shared/theme_grid.py, and shows the
// answer: the sentence and the map at the top. The keyboard stays where it was.
const CELL = ".cg-themes button";
let latest = null; // the component as the last run of the app left it
let stop = null;
let left = ""; // the cell that had the keyboard when it was chosen

export default function (component) {
  latest = component;
  stop ??= listen();
  if (left) window.setTimeout(giveBack, 100, left);
  left = "";
  return () => {
    if (latest !== component) return;
    stop?.();
    stop = null;
  };
}

function listen() {
  document.addEventListener("click", choose);
  return () => document.removeEventListener("click", choose);
}

function choose(event) {
  const cell = event.target.closest?.(CELL);
  if (!cell) return;
  left = nameOf(cell);
  latest.setTriggerValue("chosen", left);
  document.querySelector(".cg-finding")?.scrollIntoView({ block: "center", behavior: "smooth" });
}

// The number of the cell's theme, which its row has, and of its scale: the first column is no scale.
function nameOf(cell) {
  return `${cell.closest("tr").dataset.theme} ${cell.closest("td").cellIndex - 1}`;
}

function giveBack(name) {
  if (document.activeElement !== document.body) return;
  const cell = [...document.querySelectorAll(CELL)].find((one) => nameOf(one) === name);
  cell?.focus({ preventScroll: true });
}
