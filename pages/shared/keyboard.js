// Turns keys into words that pages/shared/keyboard.py acts on; rests while somebody types.
let latest = null; // the component as the last run of the app left it
let stop = null;

export default function (component) {
  latest = component;
  stop ??= listen();
  return () => {
    if (latest !== component) return;
    stop?.();
    stop = null;
  };
}

function listen() {
  document.addEventListener("keydown", act);
  document.addEventListener("click", enter);
  return () => {
    document.removeEventListener("keydown", act);
    document.removeEventListener("click", enter);
  };
}

const TURNS = { PageDown: "next", ArrowRight: "next", PageUp: "previous", ArrowLeft: "previous" };
const TYPED_INTO =
  "input, textarea, select, [contenteditable=true], " +
  "[role=combobox], [role=listbox], [role=slider], [role=tablist], [role=radiogroup]";

function isTyping(target) {
  if (!(target instanceof Element) || target.matches("input[type=checkbox]")) return false;
  return target.closest(TYPED_INTO);
}

function act(event) {
  const { data, setTriggerValue } = latest;
  if (!data.on || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (isTyping(event.target) || isTyping(document.activeElement)) return;
  let said = null;
  if (event.key === "p" || event.key === "P") said = "projector";
  else if (data.projector && event.key === "Escape") said = "leave";
  else if (data.projector && TURNS[event.key]) said = TURNS[event.key];
  if (!said) return;
  event.preventDefault();
  setTriggerValue("pressed", said);
}

// What a button opens lies at the end of the page: whoever opens it goes on typing in it.
function enter(event) {
  if (event.target.closest?.("[data-testid=stPopover] button")) focusOpened(20);
}

function focusOpened(tries) {
  window.setTimeout(() => {
    const opened = [...document.querySelectorAll("[data-testid=stPopoverBody]")].pop();
    const first = opened?.querySelector("input, button");
    first?.focus();
    if (tries && document.activeElement !== first) focusOpened(tries - 1);
  }, 100);
}
