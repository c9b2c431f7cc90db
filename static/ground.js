/* What stays on a map: ground, dots, attribution, controls, the view, keys and fingers. */
(function () {
  "use strict";

  const { PATIENCE_MS, addPicture, corners, decode, element, say, svgElement } = window.commonGround.parts;

  const EDGE_PX = 10; // between a map and the lower edge of the window
  const PANES = {
    "cg-areas": 410,
    "cg-dots": 420,
    "cg-points": 430,
    "cg-lines": 440,
    "cg-chosen": 450,
    "cg-names": 460,
    "cg-spots": 620,
  };

  function base(map, payload) {
    const config = decode(payload);
    window.frameElement.title = config.title;
    for (const meta of document.querySelectorAll("meta[name=viewport]")) meta.content = "width=device-width"; // to be zoomed
    for (const [name, order] of Object.entries(PANES)) map.createPane(name).style.zIndex = order;
    suitHeight(map, config.below ?? null, config.least ?? null);
    addAttribution(map, config.attribution, config.tiles);
    keepFitted(map, config.bounds);
    addControls(map);
    answerKeys(map, config);
    passKeys();
    suitTheme();
    document.documentElement.classList.toggle("cg-projected", config.below !== null);
    if (config.dots.length) addDots(map, config);
    if (config.tiles) addTiles(map, config.tiles);
    window.setTimeout(() => say("start", "")); // when window.map is set
    const page = window.parent.document; // whose words for a missing map are now out of place
    for (const late of page.querySelectorAll(".cg-late")) late.hidden = true;
  }

  // On a dark page the map is dark: its colours are turned over in one place, patterns and pictures too.
  function suitTheme() {
    const app = window.parent.document.querySelector("[data-testid=stApp]");
    const suit = () => {
      const [red] = window.parent.getComputedStyle(app).backgroundColor.match(/[0-9.]+/g).map(Number);
      for (const one of [document, window.parent.document]) one.documentElement.classList.toggle("cg-dark", red < 128);
    };
    suit();
    const { events, RENDER_EVENT } = window.Streamlit; // which comes when the reader changes the theme as well
    events.addEventListener(RENDER_EVENT, () => window.requestAnimationFrame(suit));
    window.parent.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => window.setTimeout(suit, 200));
  }

  function fit(map, bounds) {
    const size = map.getSize();
    if (!size.x || !size.y) return; // not laid out yet: there is nothing to fit into
    const foot = map.getContainer().querySelector(".cg-attribution").offsetHeight;
    const room = { paddingTopLeft: [10, 10], paddingBottomRight: [10, foot + 6] };
    map.fitBounds(corners(bounds), { animate: false, ...room });
  }

  // Look at a part of the place, or at all of it again (null), without a move that could dizzy.
  function look(map, bounds) {
    map.cgView.goal = bounds || map.cgView.place;
    map.cgView.moved = false;
    fit(map, map.cgView.goal);
  }

  // A map that is taller than wide would be mostly empty: on a phone it is lower than asked for.
  // With a number of pixels to keep below it, it fills the window instead; with a least height it is
  // as high as asked for, or as the window has room for where it opens.
  function suitHeight(map, below, least) {
    const frame = window.Streamlit;
    const asked = frame.setFrameHeight.bind(frame);
    const top = () => window.frameElement.getBoundingClientRect().top;
    const suited = (height) => {
      if (height && below !== null) {
        const legend = window.parent.document.querySelector(".cg-legend");
        const under = legend ? Math.max(below, legend.offsetHeight + 18) : below;
        return Math.max(240, Math.floor(window.parent.innerHeight - top() - under));
      }
      if (height && least !== null && window.innerWidth >= 600) {
        const scrolled = window.parent.document.querySelector("[data-testid=stMain]")?.scrollTop ?? 0;
        return Math.min(height, Math.max(least, Math.floor(window.parent.innerHeight - top() - scrolled - EDGE_PX)));
      }
      return height && window.innerWidth < 600 ? Math.min(height, Math.round(1.15 * window.innerWidth)) : height;
    };
    const container = map.getContainer();
    const full = parseInt(container.style.height, 10);
    frame.setFrameHeight = (height) => asked(suited(height));
    const suit = () => {
      if (!full || !window.innerWidth) return;
      container.style.height = `${suited(full)}px`;
      asked(suited(full));
    };
    suit();
    window.addEventListener("resize", suit);
    if (below === null && least === null) return;
    window.parent.addEventListener("resize", suit);
    if (below === null) return;
    const observer = new window.parent.ResizeObserver(suit);
    const page = window.parent.document;
    observer.observe(page.querySelector(".cg-finding") ?? window.frameElement);
    // What stands over the map comes and goes: the page's padding tells.
    const block = page.querySelector("[data-testid=stMainBlockContainer]");
    if (block) observer.observe(block, { box: "border-box" });
  }

  // The page's shortcuts work while the map has the focus; arrows stay with the map.
  function passKeys() {
    const passed = new Set(["PageUp", "PageDown", "Escape", "p", "P", "[", "]"]);
    window.addEventListener("keydown", (event) => {
      if (!passed.has(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
      const { key, repeat } = event;
      const passedOn = new KeyboardEvent("keydown", { key, repeat, bubbles: true, cancelable: true });
      if (!window.parent.document.dispatchEvent(passedOn)) event.preventDefault();
    });
  }

  // The place fills the map until somebody moves it, also when the frame changes its size.
  function keepFitted(map, bounds) {
    const container = map.getContainer();
    const view = (map.cgView = { place: bounds, goal: bounds, moved: false });
    for (const kind of ["pointerdown", "wheel", "keydown"]) {
      container.addEventListener(kind, () => (view.moved = true), { passive: true });
    }
    if (window.matchMedia("(pointer: coarse) and (max-width: 700px)").matches) leaveToFingers(map);
    fit(map, bounds);
    new ResizeObserver(() => {
      if (!container.offsetWidth || !container.offsetHeight) return;
      map.invalidateSize({ animate: false });
      if (!view.moved) fit(map, view.goal);
    }).observe(container);
  }

  // On a phone one finger scrolls the page, two fingers move the map.
  function leaveToFingers(map) {
    map.dragging.disable();
    const hint = element("div", "cg-fingers", "Use two fingers to move the map");
    hint.hidden = true;
    map.getContainer().append(hint);
    let timer = 0;
    const show = (event) => {
      hint.hidden = event.touches.length !== 1;
      window.clearTimeout(timer);
      timer = window.setTimeout(() => (hint.hidden = true), 1200);
    };
    map.getContainer().addEventListener("touchmove", show, { passive: true });
  }

  // With the focus on the map, Leaflet lets arrows move it and + and - zoom. Enter does what a
  // click does, in the middle, where a cross stands.
  function answerKeys(map, config) {
    const container = map.getContainer();
    // Leaflet focuses a map that is pressed, and the page would move under the pointer to show it all.
    // React may call this once the frame is gone, and its globals with it: nothing is looked up then.
    // What it does for keys it shows where keys are used, not where the pointer gave it the focus.
    container.addEventListener("pointerdown", () => container.classList.add("cg-pointed"), true);
    for (const kind of ["keydown", "blur"]) container.addEventListener(kind, () => container.classList.remove("cg-pointed"), true);
    const focus = container.focus;
    container.focus = () => focus.call(container, { preventScroll: true });
    container.setAttribute("role", "application"); // so that a screen reader hands on the arrows
    container.setAttribute("aria-label", config.title);
    map.getPane("mapPane").setAttribute("aria-hidden", "true"); // its names are told one by one
    const keys = "Arrow keys go from area to area, with Shift they move the map; plus and minus zoom, 0 shows the whole place.";
    const help = element("span", "", config.choosing ? `${keys} Enter chooses the area, or the point in the middle.` : keys);
    help.id = "cg-keys";
    document.body.append(help);
    container.setAttribute("aria-describedby", help.id);
    for (const button of container.querySelectorAll(".leaflet-control a[role=button]")) button.tabIndex = -1;
    container.addEventListener("keydown", (event) => {
      if (event.key === "0" && !event.ctrlKey && !event.metaKey) look(map, null);
    });
    if (!config.choosing) return;
    if (config.picking) takeEarlyClicks(map);
    map.on("click", sendAtOnce);
    container.append(cross(config.enters));
    container.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== container) return;
      event.preventDefault();
      map.fire("click", { latlng: map.getCenter() });
    });
  }

  // Of a map of many blocks the areas stand before they can be picked: a click in between is kept,
  // and is done as soon as they can be (groups.js).
  let early = null;
  const MOST_EARLY = 50;
  function wait(event) {
    if (early.length < MOST_EARLY) early.push(event);
    event.target.getContainer().style.cursor = "progress";
  }

  function takeEarlyClicks(map) {
    early = [];
    map.boxZoom.disable(); // Shift and a click take the larger area
    map.doubleClickZoom.disable();
    window.commonGround.doEarlyClicks = () => {
      map.getContainer().style.cursor = "";
      for (const event of early.splice(0)) map.fire("click", event);
    };
  }

  // streamlit-folium waits a quarter of a second before it sends what it knows of the map. What a click
  // says is known at once: it is sent as streamlit-folium would, which then finds nothing new to send.
  // The second click of a double click zooms, and chooses nothing.
  // Where blocks are picked (groups.js) it says which; streamlit-folium sends the very same object.
  function sendAtOnce(event) {
    const { latlng, originalEvent } = event;
    const known = window.__GLOBAL_DATA__;
    if (!known || `${known.returned_objects}` !== "last_clicked" || known.wrap_longitude || !window.Streamlit) return;
    const { picker } = window.commonGround;
    if (early && !picker) return wait(event);
    if (picker) {
      const picked = picker(event) || known.previous_data?.last_clicked; // nothing picked is nothing new
      Object.assign(latlng, picked);
      if (picked === known.previous_data?.last_clicked) return;
    }
    known.lat_lng_clicked = latlng;
    known.previous_data = { last_clicked: latlng };
    if (picker || !(originalEvent?.detail > 1)) window.Streamlit.setComponentValue(known.previous_data);
  }

  function cross(enters) {
    const made = element("div", "cg-cross");
    made.setAttribute("aria-hidden", "true");
    const path = { d: "M20 2V16M20 24V38M2 20H16M24 20H38", fill: "none" };
    const size = { width: 40, height: 40, viewBox: "0 0 40 40" };
    const casing = svgElement("path", { ...path, stroke: "#ffffff", "stroke-width": 6 });
    const line = svgElement("path", { ...path, stroke: "#1b2733", "stroke-width": 2.5 });
    made.append(svgElement("svg", size, casing, line), element("span", "", `Press Enter to ${enters}`));
    return made;
  }

  function addAttribution(map, lines, tiles) {
    const control = L.control({ position: "bottomright" });
    control.onAdd = () => {
      const box = element("div", "cg-attribution");
      box.textContent = lines.join(" · ");
      if (!tiles) return box;
      const credit = element("a", "", tiles.credit); // whoever shows these tiles links to this page
      credit.href = tiles.about;
      credit.target = "_blank";
      credit.rel = "noopener";
      box.append(" · Online background: ", credit);
      return box;
    };
    control.addTo(map);
  }

  function addControls(map) {
    L.control.scale({ position: "bottomleft" }).addTo(map);
    const whole = L.control({ position: "topleft" });
    whole.onAdd = () => {
      const button = element("a", "");
      button.href = "#";
      button.title = "Show the whole place";
      button.setAttribute("role", "button");
      button.setAttribute("aria-label", button.title);
      const arrows = { d: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4", fill: "none", stroke: "#1b2733" };
      const size = { width: 16, height: 16, viewBox: "0 0 16 16", style: "vertical-align:middle" };
      button.append(svgElement("svg", size, svgElement("path", { ...arrows, "stroke-width": 2 })));
      L.DomEvent.disableClickPropagation(button);
      L.DomEvent.on(button, "click", (event) => {
        L.DomEvent.preventDefault(event);
        look(map, null);
      });
      const bar = element("div", "leaflet-bar");
      bar.append(button);
      return bar;
    };
    whole.addTo(map);
  }

  // Two pictures of the postcodes: one for the whole place, one for two levels further in.
  function addDots(map, config) {
    let shown = null;
    const choose = () => {
      const start = map.getBoundsZoom(corners(config.bounds));
      // Dots that are much enlarged are blurs: they step back.
      const enlarged = map.getZoom() - start - (config.dots.length > 1 ? 3.5 : 1.5);
      map.getPane("cg-dots").style.filter = enlarged > 0 ? `opacity(${Math.max(0.25, 0.6 ** enlarged)})` : "";
      map.getPane("cg-dots").classList.toggle("cg-blurred", enlarged > 1);
      const near = config.dots.length > 1 && map.getZoom() >= start + 1.75;
      const picture = config.dots[near ? config.dots.length - 1 : 0];
      if (shown && shown.path === picture.path) return;
      const last = shown;
      shown = { path: picture.path, overlay: addPicture(map, picture, "cg-dots") };
      if (last) shown.overlay.once("load error", () => last.overlay.remove());
    };
    choose();
    map.on("zoomend", choose);
  }

  function addTiles(map, tiles) {
    map.options.zoomSnap = 1;
    const layer = L.tileLayer(tiles.url, { maxZoom: 19 });
    let reached = false;
    layer.on("tileload", () => {
      if (reached) return;
      reached = true;
      say("tiles", "");
      map.getPane("cg-dots").style.display = "none";
    });
    // The sentence stays until it is closed, or the network comes back and tiles arrive.
    window.setTimeout(() => {
      if (!reached) say("tiles", "The street map is not available, so the map is shown without it.");
    }, PATIENCE_MS);
    layer.addTo(map);
  }

  window.commonGround.base = base;
  window.commonGround.parts.look = look;
})();
