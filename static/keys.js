// Turns keys into words that pages/shared/keyboard.py acts on; rests while somebody types.
// Says a page's new finding to screen readers, and keeps focus and history from getting lost.
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
  document.addEventListener("focusin", hold);
  document.addEventListener("pointerdown", letGo);
  document.addEventListener("click", closeNavigation);
  history.pushState = pushed;
  const told = teller();
  const observer = new MutationObserver(told.look);
  window.addEventListener("resize", told.look);
  observer.observe(document.body, { childList: true, subtree: true, characterData: true });
  return () => {
    document.removeEventListener("keydown", act);
    document.removeEventListener("click", enter);
    document.removeEventListener("click", closeNavigation);
    document.removeEventListener("focusin", hold);
    document.removeEventListener("pointerdown", letGo);
    delete history.pushState;
    observer.disconnect();
    window.removeEventListener("resize", told.look);
    told.end();
  };
}

// On a phone the list of pages lies over the page: it goes once one is chosen.
function closeNavigation({ target }) {
  if (window.innerWidth >= 768 || !target.closest?.("[data-testid=stSidebarNavLink]")) return;
  document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
}

// Streamlit may push a page's bare address before the one with the choices. Whoever goes back to
// that is sent forward again, so the second takes the first one's place. What address.js has added
// to the choices is no reason for a step either.
function pushed(state, title, url) {
  const next = new URL(url, location.href);
  const isHere = next.pathname === location.pathname;
  if (isHere && location.search && chosen(next) === chosen(location)) return;
  const isBare = isHere && !location.search && next.search;
  History.prototype[isBare ? "replaceState" : "pushState"].call(history, state, title, url);
}

// What the reader chose: without what the page made, which the link lists under "shown".
function chosen(address) {
  const link = new URLSearchParams(address.search);
  const made = link.get("shown")?.split(".") ?? [];
  for (const name of ["shown", ...made]) link.delete(name);
  link.sort();
  return link.toString();
}

// A region that screen readers read out whenever the sentence that heads the page has changed.
function teller() {
  const region = document.createElement("div");
  region.className = "cg-told";
  region.setAttribute("role", "status");
  document.body.append(region);
  let said = null;
  let due = 0;
  function tell() {
    due = 0;
    markWide();
    const heads = [...document.querySelectorAll(".cg-step, .cg-finding")];
    const sentence = heads.map((head) => head.textContent).join(". ");
    if (sentence && said !== null && sentence !== said) region.textContent = sentence;
    said = sentence || said;
    document.querySelector("[data-testid=stExpandSidebarButton]")?.setAttribute("aria-label", PAGES);
    if (opener && !document.querySelector("[data-testid=stPopoverBody]")) {
      if (document.activeElement === document.body) opener().focus();
      opener = null;
    }
    if (!keepFocus()) look();
  }
  const look = () => (due ||= window.setTimeout(tell, 400));
  return {
    look,
    end: () => region.remove(),
  };
}

// A table that is wider than the screen says so (page.css), and is scrolled with the arrow keys too.
function markWide() {
  for (const box of document.querySelectorAll(".cg-scroll")) {
    const isWide = box.clientWidth > 0 && box.scrollWidth > box.clientWidth + 4 && getComputedStyle(box).overflowX !== "visible";
    if (isWide === box.classList.toggle("cg-wide", isWide) && isWide === box.hasAttribute("tabindex")) continue;
    const told = { tabindex: "0", role: "region", "aria-label": box.querySelector("caption")?.textContent ?? "Table" };
    for (const [name, text] of Object.entries(told)) {
      if (isWide) box.setAttribute(name, text);
      else box.removeAttribute(name);
    }
  }
}

const PAGES = "Pages"; // on a phone: what page.css writes beside streamlit's arrows
const STEPS = { "[": "before", "]": "next" };
const TURNS = { PageDown: 1, ArrowRight: 1, PageUp: -1, ArrowLeft: -1 };
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
  if (data.projector && event.target instanceof HTMLInputElement && /^(Enter|Escape)$/.test(event.key)) {
    // What was typed has been handed over: the keys are a clicker's again.
    if (!event.target.closest("[data-testid=stPopoverBody]")) window.setTimeout(() => event.target.blur(), 50);
    return;
  }
  if (isTyping(event.target) || isTyping(document.activeElement)) return;
  let said = null;
  if (event.key === "p" || event.key === "P") said = "projector";
  else if (data.projector && event.key === "Escape") said = "leave";
  else said = STEPS[event.key] ?? null;
  const turned = data.projector ? TURNS[event.key] : 0;
  if (!said && !turned) return;
  event.preventDefault();
  if (said) setTriggerValue("pressed", said);
  else turn(turned);
}

// Pages to turn add up while the app is still busy with the last ones.
let pages = 0;
let waiting = 0;

function turn(by) {
  pages += by;
  if (!waiting) send();
}

function send() {
  const wait = isBusy();
  waiting = wait ? window.setTimeout(send, 60) : 0;
  if (wait || !pages) return;
  latest.setTriggerValue("pressed", `turn ${pages}`);
  pages = 0;
  waiting = window.setTimeout(send, 300); // until the app has begun
}

// What a button opens lies at the end of the page: whoever opens it goes on typing in it, and is
// back at the button when it closes.
let opener = null;

function enter(event) {
  const button = event.target.closest?.("[data-testid=stPopover] button");
  if (!button) return;
  focusOpened(button, 20);
}

function focusOpened(button, tries) {
  window.setTimeout(() => {
    const opened = [...document.querySelectorAll("[data-testid=stPopoverBody]")].pop();
    const first = opened?.querySelector("input, button");
    first?.focus();
    if (first) opener = finder(button);
    if (tries && document.activeElement !== first) focusOpened(button, tries - 1);
  }, 100);
}

// A key that is pressed may change the page so that its button is drawn anew, or goes. Then the
// focus is on what has the button's key (or can be pressed beside it, once that cannot), or on the
// sentence that heads the page; false as long as the app is busy and it is not known which.
let held = null;

function hold(event) {
  const find = finder(event.target);
  held = event.target.matches(":focus-visible") ? { element: event.target, find } : null;
}

function letGo() {
  held = null;
}

function keepFocus() {
  const isThere = held?.element.isConnected && !held.element.disabled;
  if (!held || isThere || document.activeElement !== document.body) return true;
  if (isBusy()) return false;
  const again = held.find();
  const near = again.disabled ? again.closest(".stHorizontalBlock")?.querySelector("button:enabled") : again;
  const next = near?.isConnected ? near : document.querySelector(".cg-finding");
  if (next?.matches("h1")) next.tabIndex = -1;
  held = null;
  next?.focus();
  return true;
}

function isBusy() {
  const app = document.querySelector("[data-testid=stApp]");
  return app?.getAttribute("data-test-script-state") === "running";
}

// Another label, and streamlit draws another button: then it is found by its key.
function finder(button) {
  const kept = button.closest("[class*=st-key-]");
  const key = [...(kept?.classList ?? [])].find((name) => name.startsWith("st-key-"));
  return () => (button.isConnected ? button : document.querySelector(`.${key} :is(button, input)`)) ?? button;
}
