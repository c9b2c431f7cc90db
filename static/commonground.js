/* Common Ground's own part of a map, inside the frame of streamlit-folium.
 *
 * It is the first script of the frame, before Leaflet, so that it can say in words what fails to
 * load. It makes no request but to the app's own static folder (and to the online tiles, where
 * they were asked for), and it shows every text through textContent: nothing is parsed as HTML.
 *
 *   commonGround.style(css, address)    puts in Leaflet's stylesheet
 *   commonGround.base(map, payload)     what stays: ground, dots, attribution, controls
 *   commonGround.layer(group, payload)  what varies (areas.js: areas; marks.js: the rest)
 *
 * A payload is base64 of JSON, made by mapping/webmap.py and mapping/overlays.py.
 */
(function () {
  "use strict";

  const ROOT = new URL(".", document.currentScript.src).href;
  const PATIENCE_MS = 4000;
  const SAME_FACTS = "The table below has the same facts.";

  const CSS = `
    body { margin: 0; background: #fbf8f3; font-family: "Source Sans", "Source Sans Pro",
      "Source Sans 3", system-ui, sans-serif; color: #1b2733; }
    body > span { display: none; }
    .leaflet-container { background: #fbf8f3; font: inherit; outline-offset: -3px; }
    .leaflet-container:focus-visible { outline: 3px solid #0f766e; }
    .leaflet-bar a, .leaflet-touch .leaflet-bar a { color: #1b2733; background-color: #fffdf9; }
    .leaflet-control-scale-line { color: #1b2733; background: rgb(251 248 243 / 0.8);
      border-color: #66707a; text-shadow: none; }
    .leaflet-control-scale-line { font-size: 11px; }
    .leaflet-bottom.leaflet-right { max-width: calc(100% - 120px); }
    .cg-attribution { padding: 1px 6px; font-size: 11px; line-height: 1.35; text-align: right; color: #3c4650;
      background: rgb(251 248 243 / 0.85); }
    @media (max-width: 500px) { .cg-attribution { font-size: 9.5px; }
      .leaflet-bottom.leaflet-right { max-width: 100%; }
      .leaflet-bottom.leaflet-left { display: none; } }
    .leaflet-right .leaflet-control.cg-attribution, .leaflet-bottom .leaflet-control.cg-attribution
      { margin: 0; }
    .cg-say { position: fixed; inset: 0 0 auto 0; z-index: 2000; padding: 10px 14px;
      background: #fff6d6; border-bottom: 2px solid #1b2733; font-size: 16px; line-height: 1.4; }
    .cg-say.cg-alone { bottom: 0; background: #fbf8f3; border: 2px solid #1b2733; }
    .cg-say p { margin: 0; }
    .cg-dots { image-rendering: auto; }
    .leaflet-cg-dots-pane, .leaflet-cg-lines-pane, .leaflet-cg-points-pane, .leaflet-cg-names-pane,
    .leaflet-cg-chosen-pane { pointer-events: none; }
    path.cg-area:hover { stroke: #1b2733; stroke-width: 2.5px; }
    path.cg-area:focus { outline: none; }
    path.cg-area:focus-visible { stroke: #1b2733; stroke-width: 4px; }
    .leaflet-tooltip.cg-tip { padding: 6px 10px; max-width: 18rem; white-space: normal;
      width: max-content; color: #1b2733; background: #fffdf9; border: 1px solid #1b2733;
      border-radius: 4px; box-shadow: none; font-size: 14px; line-height: 1.35; }
    .cg-tip p { margin: 0; white-space: pre-line; overflow-wrap: anywhere; }
    .cg-tip p:first-child { font-weight: 700; }
    .cg-name { width: max-content !important; height: auto !important; font-weight: 600;
      white-space: nowrap; transform-origin: 0 0; text-shadow: 0 0 3px #fbf8f3, 0 0 3px #fbf8f3,
      0 0 3px #fbf8f3, 0 0 3px #fbf8f3; }
    .cg-name span { position: absolute; transform: translate(-50%, -50%); }
    .cg-spot svg { position: absolute; left: -22px; top: -22px; overflow: visible; }
    .cg-spot span { position: absolute; left: 16px; top: -30px; padding: 2px 8px; font-weight: 700;
      white-space: nowrap; color: #fffdf9; background: #1b2733; border-radius: 4px; }
    @media (prefers-reduced-motion: no-preference) {
      .cg-pulse { animation: cg-pulse 1.6s ease-out 3; transform-origin: 22px 22px; }
      @keyframes cg-pulse { from { transform: scale(0.4); opacity: 1; }
        to { transform: scale(1.5); opacity: 0; } }
    }`;

  // ---- words instead of a blank ------------------------------------------------------------

  const sentences = new Map();

  function say(key, words) {
    if (words) sentences.set(key, words);
    else sentences.delete(key);
    let box = document.querySelector(".cg-say");
    if (!box) {
      box = element("div", "cg-say");
      box.setAttribute("role", "alert");
      document.body.append(box);
    }
    box.replaceChildren(...Array.from(new Set(sentences.values()), (text) => element("p", "", text)));
    box.hidden = sentences.size === 0;
    box.classList.toggle("cg-alone", !window.map);
    if (!box.hidden && !window.map && window.Streamlit) window.Streamlit.setFrameHeight(140);
  }

  function notDrawn(why) {
    return `The map could not be drawn: ${why}. ${SAME_FACTS}`;
  }

  function watch() {
    window.addEventListener(
      "error",
      (event) => {
        if (event.target instanceof HTMLScriptElement) {
          say("start", notDrawn("a part of the map program did not load"));
        } else if (!window.map && event instanceof ErrorEvent) {
          say("start", notDrawn("the map program stopped"));
        }
      },
      true,
    );
    window.addEventListener("unhandledrejection", () => {
      if (window.map) say("layers", notDrawn("a layer did not come through"));
    });
    window.setTimeout(() => {
      if (!window.map) say("start", notDrawn("the map program did not start in time"));
    }, PATIENCE_MS);
  }

  // ---- small parts ---------------------------------------------------------------------------

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function svgElement(tag, attributes, ...children) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  function decode(payload) {
    return JSON.parse(window.atob(payload));
  }

  function address(path) {
    return new URL(path, ROOT).href;
  }

  function style(css, source) {
    const folder = new URL("images/", source).href;
    document.head.prepend(element("style", "", css.replaceAll("url(images/", `url(${folder}`)));
  }

  // Leaflet's way: corners are [south, west], [north, east].
  function corners([west, south, east, north]) {
    return [
      [south, west],
      [north, east],
    ];
  }

  // A point inside a polygon, halfway along its widest stretch at middle height.
  function insidePoint(layer) {
    const middle = layer.getBounds().getCenter();
    const crossings = [];
    for (const ring of rings(layer.getLatLngs())) {
      ring.forEach((from, index) => {
        const to = ring[(index + 1) % ring.length];
        if (from.lat > middle.lat === to.lat > middle.lat) return;
        const share = (middle.lat - from.lat) / (to.lat - from.lat);
        crossings.push(from.lng + share * (to.lng - from.lng));
      });
    }
    crossings.sort((one, other) => one - other);
    let best = [middle.lng, middle.lng];
    for (let index = 0; index + 1 < crossings.length; index += 2) {
      const stretch = [crossings[index], crossings[index + 1]];
      if (index === 0 || stretch[1] - stretch[0] > best[1] - best[0]) best = stretch;
    }
    return L.latLng(middle.lat, (best[0] + best[1]) / 2);
  }

  function rings(latLngs) {
    return latLngs.length && latLngs[0].lat === undefined ? latLngs.flatMap(rings) : [latLngs];
  }

  // ---- layers are fetched once -----------------------------------------------------------------

  const files = new Map(); // path -> what it holds, or the promise of it
  let underWay = 0;

  async function read(path) {
    const held = files.get(path);
    if (held) return held;
    const promise = fetchJson(path);
    files.set(path, promise);
    try {
      const data = await promise;
      files.set(path, data);
      return data;
    } catch (error) {
      files.delete(path);
      throw error;
    }
  }

  async function fetchJson(path) {
    const slow = window.setTimeout(
      () => say(path, `The boundaries take long to load. ${SAME_FACTS}`),
      PATIENCE_MS,
    );
    underWay += 1;
    try {
      // The file's name carries the hash of its content, so that a kept copy is always right.
      const answer = await fetch(address(path), { cache: "force-cache" });
      if (!answer.ok) throw new Error(`${answer.status}`);
      const data = await answer.json();
      say(path, "");
      return data;
    } catch (error) {
      say(path, notDrawn("the boundaries did not load"));
      throw error;
    } finally {
      underWay -= 1;
      window.clearTimeout(slow);
    }
  }

  // ---- what stays ------------------------------------------------------------------------------

  const PANES = {
    "cg-land": 210,
    "cg-areas": 410,
    "cg-dots": 420,
    "cg-points": 430,
    "cg-lines": 440,
    "cg-chosen": 450,
    "cg-names": 610,
    "cg-spots": 620,
  };

  function base(map, payload) {
    const config = decode(payload);
    const container = map.getContainer();
    container.setAttribute("role", "region");
    container.setAttribute("aria-label", config.title);
    for (const [name, order] of Object.entries(PANES)) map.createPane(name).style.zIndex = order;
    suitHeight(map, config.below ?? null);
    addAttribution(map, config.attribution);
    keepFitted(map, config.bounds);
    addControls(map, config.bounds);
    passKeys();
    if (config.land) addLand(map, config.land);
    if (config.dots.length) addDots(map, config);
    if (config.tiles) addTiles(map, config.tiles);
    window.setTimeout(() => say("start", "")); // when window.map is set
    const page = window.parent.document; // whose words for a missing map are now out of place
    for (const late of page.querySelectorAll(".cg-late")) late.hidden = true;
  }

  function fit(map, bounds) {
    const size = map.getSize();
    if (!size.x || !size.y) return; // not laid out yet: there is nothing to fit into
    const foot = map.getContainer().querySelector(".cg-attribution").offsetHeight;
    const room = { paddingTopLeft: [10, 10], paddingBottomRight: [10, foot + 6] };
    map.fitBounds(corners(bounds), { animate: false, ...room });
  }

  // A map that is taller than wide would be mostly empty: on a phone it is lower than asked for.
  // With a number of pixels to keep below it, it fills the window instead.
  function suitHeight(map, below) {
    const frame = window.Streamlit;
    const asked = frame.setFrameHeight.bind(frame);
    const top = () => window.frameElement.getBoundingClientRect().top;
    const suited = (height) => {
      if (height && below !== null) {
        const legend = window.parent.document.querySelector(".cg-legend");
        const under = legend ? Math.max(below, legend.offsetHeight + 44) : below;
        return Math.max(240, Math.floor(window.parent.innerHeight - top() - under));
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
    if (below === null) return;
    window.parent.addEventListener("resize", suit);
    new window.parent.ResizeObserver(suit).observe(window.parent.document.querySelector(".cg-finding") ?? window.frameElement);
  }

  // The page's shortcuts work while the map has the focus; arrows stay with the map.
  function passKeys() {
    const passed = new Set(["PageUp", "PageDown", "Escape", "p", "P"]);
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
    let moved = false;
    for (const kind of ["pointerdown", "wheel", "keydown"]) {
      container.addEventListener(kind, () => (moved = true), { passive: true });
    }
    // On a phone one finger scrolls the page, two fingers move the map.
    if (window.matchMedia("(pointer: coarse) and (max-width: 700px)").matches) map.dragging.disable();
    fit(map, bounds);
    new ResizeObserver(() => {
      if (!container.offsetWidth || !container.offsetHeight) return;
      map.invalidateSize({ animate: false });
      if (!moved) fit(map, bounds);
    }).observe(container);
  }

  function addAttribution(map, lines) {
    const control = L.control({ position: "bottomright" });
    control.onAdd = () => {
      const box = element("div", "cg-attribution");
      box.textContent = lines.join(" · ");
      return box;
    };
    control.addTo(map);
  }

  function addControls(map, bounds) {
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
        fit(map, bounds);
      });
      const bar = element("div", "leaflet-bar");
      bar.append(button);
      return bar;
    };
    whole.addTo(map);
  }

  async function addLand(map, path) {
    const look = { pane: "cg-land", interactive: false, color: "#8a857b", weight: 1, opacity: 0.8 };
    try {
      const data = await read(path);
      L.geoJSON(data, { ...look, fillColor: "#fffdf9", fillOpacity: 1 }).addTo(map);
    } catch (error) {
      console.error(error); // read() has said it in words
    }
  }

  // Two pictures of the postcodes: one for the whole place, one for two levels further in.
  function addDots(map, config) {
    let shown = null;
    const choose = () => {
      const start = map.getBoundsZoom(corners(config.bounds));
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

  function addPicture(map, picture, pane) {
    const overlay = L.imageOverlay(address(picture.path), corners(picture.bounds), {
      pane,
      className: "cg-dots",
      alt: "",
    });
    overlay.on("error", () => say("dots", "The postcodes behind the map did not load."));
    overlay.on("load", () => say("dots", ""));
    return overlay.addTo(map);
  }

  function addTiles(map, tiles) {
    map.options.zoomSnap = 1;
    const layer = L.tileLayer(tiles.url, { maxZoom: 19 });
    let reached = false;
    layer.on("tileload", () => {
      if (reached) return;
      reached = true;
      map.getPane("cg-dots").style.display = map.getPane("cg-land").style.display = "none";
    });
    window.setTimeout(() => {
      if (reached) return;
      layer.remove();
      say("tiles", "The online background cannot be reached; the map is drawn without it.");
      window.setTimeout(() => say("tiles", ""), 3 * PATIENCE_MS);
    }, PATIENCE_MS);
    layer.addTo(map);
  }

  // ---- what varies -----------------------------------------------------------------------------

  // streamlit-folium removes and adds every layer on each rerun. A view that is taken up again in
  // the same moment stays in the page and only changes what differs: no flicker, no new download.
  // A view that is not taken up again leaves once what replaces it has been fetched.
  const views = [];
  const kinds = {}; // kind -> function that makes a view of it for a map

  function take(map, config) {
    const key = `${config.kind}|${config.path || ""}`;
    let entry = views.find((candidate) => !candidate.held && candidate.key === key);
    if (!entry) {
      entry = { key, view: kinds[config.kind](map) };
      views.push(entry);
    }
    entry.held = true;
    entry.ready = Promise.resolve(entry.view.show(config)).catch((error) => console.error(error));
    return entry;
  }

  function release(entry) {
    entry.held = false;
    window.setTimeout(sweep);
  }

  async function sweep() {
    if (underWay) await Promise.race([settled(), pause(PATIENCE_MS)]);
    for (const entry of views.filter((candidate) => !candidate.held)) {
      views.splice(views.indexOf(entry), 1);
      entry.view.remove();
    }
  }

  function settled() {
    return Promise.all(views.map((entry) => entry.ready));
  }

  function pause(time) {
    return new Promise((resolve) => window.setTimeout(resolve, time));
  }

  function layer(group, payload) {
    const config = decode(payload);
    const Holder = L.Layer.extend({
      onAdd(map) {
        this.entry = take(map, config);
      },
      onRemove() {
        release(this.entry);
      },
    });
    group.addLayer(new Holder());
  }

  // Call draw(data, config) as soon as the file is there; at once if it is there already.
  function whenRead(draw) {
    let wanted = null;
    const show = (config) => {
      wanted = config;
      const held = files.get(config.path);
      if (held && !(held instanceof Promise)) return draw(held, config);
      return read(config.path).then((data) => {
        if (wanted === config) draw(data, config);
      });
    };
    return { show, forget: () => (wanted = null) };
  }

  window.commonGround = { style, base, layer, kinds };
  window.commonGround.parts = { element, svgElement, corners, insidePoint, whenRead, addPicture };
  document.head.append(element("style", "", CSS));
  watch();
})();
