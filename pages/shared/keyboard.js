// Turns keys into words that pages/shared/keyboard.py acts on; rests while somebody types.
export default function (component) {
  const { data, setTriggerValue } = component;
  const typing = (target) =>
    target instanceof Element &&
    target.closest(
      "input, textarea, select, [contenteditable=true], " +
        "[role=combobox], [role=listbox], [role=slider], [role=tablist], [role=radiogroup]",
    );
  const act = (event) => {
    if (!data.on || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (typing(event.target) || typing(document.activeElement)) return;
    const turns = { PageDown: "next", ArrowRight: "next", PageUp: "previous", ArrowLeft: "previous" };
    let said = null;
    if (event.key === "p" || event.key === "P") said = "projector";
    else if (data.projector && event.key === "Escape") said = "leave";
    else if (data.projector && turns[event.key]) said = turns[event.key];
    if (!said) return;
    event.preventDefault();
    setTriggerValue("pressed", said);
  };
  // What a button opens lies at the end of the page: whoever opens it goes on typing in it.
  const enter = (event) => {
    if (!event.target.closest?.("[data-testid=stPopover] button")) return;
    window.setTimeout(() => {
      const opened = [...document.querySelectorAll("[data-testid=stPopoverBody]")].pop();
      opened?.querySelector("input, button")?.focus();
    }, 150);
  };
  document.addEventListener("keydown", act);
  document.addEventListener("click", enter);
  return () => {
    document.removeEventListener("keydown", act);
    document.removeEventListener("click", enter);
  };
}
