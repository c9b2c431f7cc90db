/* Common Ground's own part of a map, inside the frame of streamlit-folium.
 *
 * It is the first script of the frame, before Leaflet, so that it can say in words what fails to
 * load. It makes no request but to the app's own static folder (and to the online tiles, where
 * they were asked for), and it shows every text through textContent: nothing is parsed as HTML.
 *
 *   commonGround.style(css, address)    puts in Leaflet's stylesheet
 *   commonGround.base(map, payload)     what stays (ground.js)
 *   commonGround.layer(group, payload)  what varies (areas.js: areas; names.js: their names;
 *                                       groups.js: areas in groups; marks.js: the rest)
 *
 * A payload is base64 of JSON, made by mapping/webmap.py and mapping/overlays.py.
 */
(function () {
  "use strict";

  const ROOT = new URL(".", document.currentScript.src).href;
  const PATIENCE_MS = 4000;

  const CSS = `
    body { margin: 0; background: #fbf8f3; font-family: "Source Sans", "Source Sans Pro",
      "Source Sans 3", system-ui, sans-serif; color: #1b2733; }
    body > span { display: none; }
    .cg-told { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    .leaflet-container { background: #fbf8f3; font: inherit; outline-offset: -3px; }
    .leaflet-container:focus-visible { outline: 3px solid #0f766e; }
    .leaflet-container.cg-pointed { outline: none; }
    .leaflet-bar a, .leaflet-touch .leaflet-bar a { color: #1b2733; background-color: #fffdf9; }
    .leaflet-control-scale-line { color: #1b2733; background: rgb(251 248 243 / 0.8);
      border-color: #66707a; text-shadow: none; }
    .leaflet-control-scale-line { font-size: 11px; }
    .leaflet-bottom.leaflet-right { max-width: calc(100% - 120px); }
    .cg-attribution { padding: 1px 6px; font-size: 9.5px; line-height: 1.35; text-align: right; color: #3c4650;
      background: rgb(251 248 243 / 0.85); }
    @media (max-width: 500px) { .cg-attribution { font-size: 9.5px; }
      .leaflet-bottom.leaflet-right { max-width: 100%; }
      .leaflet-bottom.leaflet-left { display: none; } }
    .leaflet-right .leaflet-control.cg-attribution, .leaflet-bottom .leaflet-control.cg-attribution
      { margin: 0; }
    .cg-say { position: fixed; inset: 0 0 auto 0; z-index: 2000; padding: 10px 14px;
      background: #fff6d6; border-bottom: 2px solid #1b2733; font-size: 16px; line-height: 1.4; }
    .cg-say.cg-alone { bottom: 0; background: #fbf8f3; border: 2px solid #1b2733; }
    .cg-say p { margin: 0 48px 0 0; }
    .cg-say button { position: absolute; top: 4px; right: 8px; width: 36px; height: 36px; border: 0;
      background: none; color: inherit; font-size: 24px; line-height: 1; cursor: pointer; }
    .cg-cross { display: none; position: absolute; z-index: 700; left: 50%; top: 50%; pointer-events: none; }
    .leaflet-container:focus-visible:not(.cg-stepping, .cg-pointed) > .cg-cross { display: block; }
    .cg-cross svg { position: absolute; left: -20px; top: -20px; }
    .cg-cross span, .cg-fingers { padding: 3px 10px; white-space: nowrap; color: #fffdf9;
      background: #1b2733; border-radius: 4px; font-size: 14px; }
    .cg-cross span { position: absolute; top: 26px; transform: translateX(-50%); }
    .cg-fingers { position: absolute; z-index: 1100; left: 50%; bottom: 40%; transform: translateX(-50%);
      font-size: 16px; pointer-events: none; }
    @media (pointer: coarse) { .leaflet-touch .leaflet-bar a { width: 44px; height: 44px; line-height: 44px; } }
    .cg-behind img { opacity: 0.4 !important; }
    .cg-behind.cg-blurred img { opacity: 0 !important; }
    .leaflet-cg-dots-pane, .leaflet-cg-lines-pane, .leaflet-cg-points-pane,
    .leaflet-cg-chosen-pane, .leaflet-cg-names-pane { pointer-events: none; }
    .cg-painting { cursor: crosshair; touch-action: none !important; }
    .cg-painting .cg-fingers { display: none; }
    .leaflet-bar a.cg-paint { font-size: 17px; }
    .leaflet-bar a.cg-paint[aria-pressed=true] { color: #fffdf9; background-color: #0f766e; }
    path.cg-area:hover { stroke: #1b2733; stroke-width: 2.5px; }
    .leaflet-tooltip.cg-tip { padding: 6px 10px; max-width: 18rem; white-space: normal;
      width: max-content; color: #1b2733; background: #fffdf9; border: 1px solid #1b2733;
      border-radius: 4px; box-shadow: none; font-size: 14px; line-height: 1.35; }
    .cg-tip p { margin: 0; white-space: pre-line; overflow-wrap: anywhere; }
    .cg-tip p:first-child { font-weight: 700; }
    .cg-spot svg { position: absolute; left: -22px; top: -22px; overflow: visible; }
    .cg-spot span { position: absolute; left: 16px; bottom: 4px; padding: 2px 8px; font-weight: 700;
      width: max-content; max-width: calc(50vw - 34px); color: #fffdf9; background: #1b2733; border-radius: 4px; }
    .cg-spot .cg-left span { left: auto; right: 16px; }
    .cg-projected .leaflet-tooltip.cg-tip, .cg-projected .cg-spot span, .cg-projected .cg-cross span { font-size: 20px; }
    .cg-dark body, .cg-dark .leaflet-container { background: #111920; }
    .cg-dark .leaflet-map-pane { filter: invert(0.93) hue-rotate(180deg); }
    .cg-dark .leaflet-bar a, .cg-dark .leaflet-touch .leaflet-bar a { color: #f3eee5; background-color: #1b2733; }
    .cg-dark .leaflet-bar a svg, .cg-dark .cg-cross svg { filter: invert(0.93); }
    .cg-dark .leaflet-control-scale-line { color: #f3eee5; background: rgb(17 25 32 / 0.8); border-color: #a9b4be; }
    .cg-dark .cg-attribution { color: #cfd6dc; background: rgb(17 25 32 / 0.85); }
    .cg-dark .cg-attribution a { color: #5cc4b8; }
    .cg-dark .leaflet-container:focus-visible { outline-color: #5cc4b8; }
    .cg-dark .cg-cross span, .cg-dark .cg-fingers { color: #111920; background: #f3eee5; }
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
    const close = element("button", "", "×");
    close.setAttribute("aria-label", "Close");
    close.addEventListener("click", () => {
      sentences.clear();
      box.hidden = true;
    });
    box.replaceChildren(...Array.from(new Set(sentences.values()), (text) => element("p", "", text)));
    if (window.map) box.append(close);
    box.hidden = sentences.size === 0;
    box.classList.toggle("cg-alone", !window.map);
    if (!box.hidden && !window.map && window.Streamlit) window.Streamlit.setFrameHeight(140);
  }

  // For screen readers: what the keys led to.
  function tell(words) {
    let region = document.querySelector(".cg-told");
    if (!region) {
      region = element("div", "cg-told");
      region.setAttribute("role", "status");
      document.body.append(region);
    }
    region.textContent = words;
  }

  // The page knows whether a table stands below: on a projector none does.
  function sameFacts() {
    const box = window.frameElement?.closest("[class*=st-key-cg-map]");
    return box?.querySelector("[data-elsewhere]")?.dataset.elsewhere ?? "The table below shows the same information.";
  }

  function notDrawn(why) {
    return `The map could not be drawn: ${why}. ${sameFacts()}`;
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

  // streamlit-folium evaluates the script that adds the layers. A policy without 'unsafe-eval'
  // forbids that, and the layers alone would be missing: it runs as an inline script, as the map's
  // own does. What it throws is thrown here, so that a layer which fails is told.
  const evaluate = window.eval;
  const OF_LAYERS = "window.feature_group.push(";

  function run(code) {
    if (typeof code !== "string" || !code.includes(OF_LAYERS)) return evaluate(code);
    window.commonGround.fault = undefined;
    const body = `try { (function () {${code}\n})(); } catch (fault) { commonGround.fault = fault; }`;
    const script = element("script", "", body);
    document.head.append(script);
    script.remove();
    if (window.commonGround.fault) throw window.commonGround.fault;
  }

  function decode(payload) {
    return JSON.parse(window.atob(payload));
  }

  function metresPerPixel(map) {
    return (156543 * Math.cos((map.getCenter().lat * Math.PI) / 180)) / 2 ** map.getZoom();
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

  // Points come as whole steps from one to the next: see mapping/steps.py.
  function fromSteps(data) {
    const points = (coordinates) => {
      if (typeof coordinates[0] !== "number") return coordinates.map(points);
      const made = [];
      let [x, y] = [0, 0];
      for (let index = 0; index < coordinates.length; index += 2) {
        x += coordinates[index];
        y += coordinates[index + 1];
        made.push([x / data.steps, y / data.steps]);
      }
      return made;
    };
    for (const { geometry } of data.features) geometry.coordinates = points(geometry.coordinates);
    return data;
  }

  async function fetchJson(path) {
    const slow = window.setTimeout(
      () => say(path, `The boundaries are taking a long time to load. ${sameFacts()}`),
      PATIENCE_MS,
    );
    underWay += 1;
    try {
      // The file's name carries the hash of its content, so that a kept copy is always right.
      const answer = await fetch(address(path), { cache: "force-cache" });
      if (!answer.ok) throw new Error(`${answer.status}`);
      const data = await answer.json();
      say(path, "");
      return data.features ? fromSteps(data) : data;
    } catch (error) {
      say(path, notDrawn("the boundaries did not load"));
      throw error;
    } finally {
      underWay -= 1;
      window.clearTimeout(slow);
    }
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
    for (const { view } of views) view.settle?.(); // around what is left
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

  function addPicture(map, picture, pane) {
    const overlay = L.imageOverlay(address(picture.path), corners(picture.bounds), {
      pane,
      className: pane === "cg-dots" ? pane : "cg-over",
      alt: "",
    });
    overlay.on("error", () => say("dots", "Postcode dots could not be loaded."));
    overlay.on("load", () => say("dots", ""));
    return overlay.addTo(map);
  }

  // Call draw(data, config, labels) as soon as the files are there; at once if they are already.
  function whenRead(draw) {
    let wanted = null;
    const show = (config) => {
      wanted = config;
      const paths = [config.path, config.labels?.path].filter(Boolean);
      const take = ([data, labels]) => draw(data, config, labels ?? config.labels);
      const held = paths.map((path) => files.get(path));
      if (held.every((file) => file && !(file instanceof Promise))) return take(held);
      return Promise.all(paths.map(read)).then((found) => {
        if (wanted === config) take(found);
      });
    };
    return { show, forget: () => (wanted = null) };
  }

  window.commonGround = { style, layer, kinds };
  window.commonGround.parts = {
    PATIENCE_MS,
    addPicture,
    corners,
    decode,
    element,
    insidePoint,
    metresPerPixel,
    read,
    say,
    svgElement,
    tell,
    whenRead,
  };
  window.eval = run;
  document.head.append(element("style", "", CSS));
  watch();
})();
