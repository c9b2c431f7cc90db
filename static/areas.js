/* Areas of a published layer: fills with patterns, tooltips, and the keyboard. */
(function () {
  "use strict";

  const GAP_PX = 6; // between two names that would lie on each other
  const MANY_AREAS = 1500; // above, areas are drawn on a canvas
  const INK = "#1b2733";
  const { element, svgElement, insidePoint, tell, whenRead } = window.commonGround.parts;

  function areasView(map) {
    let drawn = null;
    let config = null;
    let signs = [];
    let looks = [];
    let told = null; // the labels that the shapes have been given
    const { show, forget } = whenRead((data, latest, labels) => {
      config = { ...latest, labels };
      looks = config.signs.map((sign) => areaLook(sign, config.patterns, onCanvas(data)));
      const next = data.features.map((_, index) => config.signs[signNumber(config, index)]);
      if (!drawn) {
        drawn = drawAreas(map, data, (index) => looks[signNumber(config, index)], tipOf);
      } else {
        drawn.forEach((shape, index) => {
          if (JSON.stringify(signs[index]) === JSON.stringify(next[index])) return;
          const look = looks[signNumber(config, index)];
          shape.setStyle(look);
          shape.cgWidth = look.weight;
        });
      }
      signs = next;
      dimDots(map, config.signs);
      thinOut(map, drawn);
      if (onCanvas(data) || (told && told === labels)) return;
      told = labels;
      drawn.forEach((shape) => shape.getElement().setAttribute("aria-label", tipOf(shape).join(", ")));
    });
    const steps = stepper(map, () => drawn, tipOf);
    const rethin = () => drawn && thinOut(map, drawn);
    map.on("zoomend", rethin);
    function tipOf(shape) {
      const { name } = shape.feature.properties;
      const more = window.commonGround.sayGroup?.(shape.cgIndex);
      return [name, labelOf(config, shape.cgIndex), more].filter(Boolean);
    }
    // For groups.js: what stands on an area, and a look that holds until it is taken back or the
    // next one is sent.
    window.commonGround.areas = {
      labelOf: (index) => (config ? labelOf(config, index) : ""),
      paint(index, look) {
        if (!drawn) return;
        drawn[index].setStyle(look);
        signs[index] = null;
      },
      unpaint(index) {
        if (drawn) drawn[index].setStyle({ ...looks[signNumber(config, index)], weight: drawn[index].options.weight });
      },
      tell: () => config && retell(),
    };
    function retell() {
      const tip = drawn?.group.getTooltip();
      if (tip?.isOpen()) tip.update(); // the pointer rests on an area that has just been clicked
      steps.retell();
      if (drawn && !onCanvas(drawn)) drawn.forEach((shape) => shape.getElement()?.setAttribute("aria-label", tipOf(shape).join(", ")));
    }
    return {
      show,
      remove() {
        forget();
        steps.end();
        map.off("zoomend", rethin);
        if (!drawn) return;
        drawn.group.remove();
        drawn.renderer.remove();
      },
    };
  }

  // Where areas are small on the screen their lines are thin, so that they do not fill them.
  function thinOut(map, drawn) {
    const box = drawn.group.getBounds();
    const size = map.latLngToLayerPoint(box.getSouthEast()).subtract(map.latLngToLayerPoint(box.getNorthWest()));
    const side = Math.sqrt(Math.abs(size.x * size.y) / drawn.length);
    const factor = Math.round(10 * Math.min(1, Math.max(0.2, side / 22))) / 10;
    for (const shape of drawn) {
      const weight = shape.cgWidth * factor;
      if (shape.options.weight !== weight) shape.setStyle({ weight });
    }
  }

  function dimDots(map, signs) {
    const filled = signs.some((sign) => sign.opacity > 0);
    map.getPane("cg-dots").style.opacity = filled ? 0.5 : 1;
  }

  function onCanvas(data) {
    return (data.features || data).length > MANY_AREAS;
  }

  // One character a feature, in the order of the file; "#" is the first sign.
  function signNumber(config, index) {
    return config.codes ? config.codes.charCodeAt(index) - 35 : 0;
  }

  function labelOf(config, index) {
    const labels = config.labels;
    if (!labels) return "";
    if (typeof labels.texts === "string") labels.texts = labelTexts(labels);
    const text = labels.texts[index];
    if (text === null) return "";
    return (text.startsWith("!") ? text.slice(1) : labels.before + text) + labels.after; // see labels.py
  }

  // A character an area where there are few kinds of label ("#" is the first), or texts with bars.
  function labelTexts({ kinds, texts }) {
    return kinds ? [...texts].map((letter) => kinds[letter.charCodeAt(0) - 35]) : texts.split("|");
  }

  function drawAreas(map, data, lookOf, tipOf) {
    const shapes = [];
    const renderer = (onCanvas(data) ? L.canvas : L.svg)({ pane: "cg-areas", padding: 0.3 });
    const group = L.featureGroup();
    data.features.forEach((feature, index) => {
      const options = { pane: "cg-areas", renderer, smoothFactor: 0, className: "cg-area" };
      const shape = L.GeoJSON.geometryToLayer(feature, { ...options });
      const look = lookOf(index);
      shape.setStyle({ ...options, ...look });
      Object.assign(shape, { feature, cgIndex: index, cgWidth: look.weight });
      shapes.push(shape);
      group.addLayer(shape);
    });
    group._addFocusListeners = () => {}; // a clicked area would take the focus, and the arrows with it
    group.bindTooltip((shape) => tipElement(tipOf(shape)), { sticky: true, className: "cg-tip" });
    group.on("tooltipopen mousemove", () => window.requestAnimationFrame(keepClear));
    group.addTo(map);
    return Object.assign(shapes, { group, renderer });
  }

  function tipElement(texts) {
    const box = element("div", "");
    box.append(...texts.map((text) => element("p", "", text)));
    return box;
  }

  // A name that shows under the pointer steps below (or above) the name of the spot.
  function keepClear() {
    const [tip, spot] = [".cg-tip", ".cg-spot span"].map((part) => document.querySelector(part));
    if (!tip || !spot) return;
    tip.style.translate = "none";
    const [own, other] = [tip.getBoundingClientRect(), spot.getBoundingClientRect()];
    const apart =
      own.right < other.left || own.left > other.right || own.bottom < other.top || own.top > other.bottom;
    if (apart) return;
    const below = other.bottom + GAP_PX - own.top;
    const fits = own.bottom + below <= window.innerHeight;
    tip.style.translate = `0 ${fits ? below : other.top - GAP_PX - own.bottom}px`;
  }

  // The map is one stop of the Tab key: arrows lead from area to area, Enter does what a click does.
  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  function stepper(map, listShapes, tipOf) {
    const container = map.getContainer();
    let at = null; // the area that was stepped to
    let outline = null;
    const leave = () => {
      if (outline) dropTip(outline);
      outline?.remove();
      [at, outline] = [null, null];
      container.classList.remove("cg-stepping");
    };
    const go = (shape) => {
      leave();
      dropTip(listShapes().group); // what the pointer rests on is no longer what is told
      at = shape;
      container.classList.add("cg-stepping");
      const texts = tipOf(shape);
      const style = { pane: "cg-chosen", interactive: false, fill: false, color: INK, weight: 4 };
      outline = L.geoJSON(shape.feature, style).addTo(map);
      outline.bindTooltip(tipElement(texts), { permanent: true, direction: "top", className: "cg-tip" });
      outline.openTooltip(insidePoint(shape));
      if (!map.getBounds().contains(middle(shape))) map.panTo(middle(shape), { animate: false });
      tell(texts.join(", "));
    };
    const step = (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.target !== container) return;
      if (event.shiftKey && event.key !== "Enter") return;
      const shapes = listShapes();
      if (event.key === "Enter" && at) {
        map.fire("click", { latlng: insidePoint(at), block: at.cgIndex, whole: event.shiftKey });
      } else if (WAYS[event.key] && shapes) {
        const next = findNext(map, shapes, at, WAYS[event.key]);
        if (next) go(next);
      } else {
        if (event.key === "0") leave(); // the whole place, with the cross in its middle
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation(); // Leaflet would move the map
    };
    container.addEventListener("keydown", step, true);
    container.addEventListener("blur", leave);
    container.addEventListener("pointerdown", leave);
    return {
      retell: () => outline?.setTooltipContent(tipElement(tipOf(at))),
      end() {
        leave();
        container.removeEventListener("keydown", step, true);
        container.removeEventListener("blur", leave);
        container.removeEventListener("pointerdown", leave);
      },
    };
  }

  // Leaflet would let it fade, and for a moment two names would stand.
  function dropTip(layer) {
    const box = layer.getTooltip()?.getElement();
    layer.closeTooltip();
    box?.remove();
  }

  function middle(shape) {
    return shape.getBounds().getCenter();
  }

  // The nearest area in a direction, rather ahead than aside; at first the one in the middle of the map.
  function findNext(map, shapes, at, [x, y]) {
    const from = map.latLngToContainerPoint(at ? middle(at) : map.getCenter());
    let [best, least] = [null, Infinity];
    for (const shape of shapes) {
      if (shape === at) continue;
      const way = map.latLngToContainerPoint(middle(shape)).subtract(from);
      const ahead = at ? way.x * x + way.y * y : 0;
      const aside = at ? Math.abs(way.x * y) + Math.abs(way.y * x) : Math.hypot(way.x, way.y);
      if (at && ahead <= 0) continue;
      if (ahead + 2 * aside < least) [best, least] = [shape, ahead + 2 * aside];
    }
    return best;
  }

  function areaLook(sign, patterns, canvas) {
    const look = { stroke: true, color: sign.line, weight: sign.width, fill: true };
    const pattern = patterns[sign.pattern];
    if (!pattern) return { ...look, fillColor: sign.fill, fillOpacity: sign.opacity };
    const paint = canvas ? canvasPattern(sign, pattern) : `url(#${svgPattern(sign, pattern)})`;
    return { ...look, fillColor: paint, fillOpacity: 1 };
  }

  function svgPattern(sign, { size, width, strokes, dots }) {
    const id = `cg-${sign.pattern}-${size}-${sign.fill}-${sign.mark}-${sign.opacity * 100}`.replace(/[# ]/g, "");
    if (document.getElementById(id)) return id;
    let store = document.querySelector("svg.cg-patterns");
    if (!store) {
      store = svgElement("svg", { class: "cg-patterns", width: 0, height: 0, style: "position:absolute" });
      store.setAttribute("aria-hidden", "true");
      document.body.append(store);
    }
    const ground = { width: size, height: size, fill: sign.fill, "fill-opacity": sign.opacity };
    const path = strokes.map(([a, b, c, d]) => `M${a} ${b}L${c} ${d}`).join("");
    store.append(
      svgElement(
        "pattern",
        { id, width: size, height: size, patternUnits: "userSpaceOnUse" },
        svgElement("rect", ground),
        svgElement("path", { d: path, stroke: sign.mark, "stroke-width": width }),
        ...dots.map(([cx, cy, r]) => svgElement("circle", { cx, cy, r, fill: sign.mark })),
      ),
    );
    return id;
  }

  function canvasPattern(sign, { size, width, strokes, dots }) {
    const sharpness = Math.ceil(window.devicePixelRatio || 1);
    const tile = element("canvas", "");
    tile.width = tile.height = size * sharpness;
    const pen = tile.getContext("2d");
    pen.scale(sharpness, sharpness);
    pen.fillStyle = sign.fill;
    pen.globalAlpha = sign.opacity;
    pen.fillRect(0, 0, size, size);
    pen.globalAlpha = 1;
    pen.strokeStyle = pen.fillStyle = sign.mark;
    pen.lineWidth = width;
    pen.beginPath();
    strokes.forEach(([a, b, c, d]) => {
      pen.moveTo(a, b);
      pen.lineTo(c, d);
    });
    pen.stroke();
    dots.forEach(([x, y, r]) => {
      pen.beginPath();
      pen.arc(x, y, r, 0, 2 * Math.PI);
      pen.fill();
    });
    const pattern = pen.createPattern(tile, "repeat");
    pattern.setTransform(new DOMMatrix().scale(1 / sharpness));
    return pattern;
  }

  window.commonGround.kinds.areas = areasView;
})();
