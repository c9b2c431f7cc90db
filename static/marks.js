/* What lies over the areas: lines, outlines of chosen areas, points, names, spots. */
(function () {
  "use strict";

  const SMALL_PX = 26; // a chosen area that is smaller gets a ring round it
  const ROOM_PX = 34; // lines that lie so far apart on average are drawn at full width
  const WIDE_PX = 60; // and so are the outlines of areas that are so wide
  const THINNEST_PX = 0.7;
  const { element, svgElement, insidePoint, whenRead, addPicture, look } = window.commonGround.parts;

  // A view that is drawn anew whenever its configuration changes.
  function redrawn(map, renderer, draw) {
    let drawn = null;
    let last = "";
    const { show, forget } = whenRead((data, config) => {
      const now = JSON.stringify(config);
      if (now === last) return;
      const next = draw(data, config).addTo(map);
      if (drawn) drawn.remove();
      drawn = next;
      last = now;
    });
    return {
      show: (config) => (config.path === undefined ? drawOnce(config) : show(config)),
      remove() {
        forget();
        if (drawn) drawn.remove();
        if (renderer) renderer.remove();
      },
    };
    function drawOnce(config) {
      const now = JSON.stringify(config);
      if (now === last) return;
      if (drawn) drawn.remove();
      drawn = draw(null, config).addTo(map);
      last = now;
    }
  }

  function linesView(map) {
    const renderer = L.svg({ pane: "cg-lines", padding: 0.3 });
    const common = { pane: "cg-lines", renderer, interactive: false, smoothFactor: 1, fill: false };
    let drawn = [];
    let config = null;
    let widths = null;
    // Where lines are many they are thin and faint, and grow as the reader goes nearer.
    const thin = () => {
      const wanted = widths ? widths() / WIDE_PX : (config.spacing || Infinity) / metresPerPixel(map) / ROOM_PX;
      const room = Math.min(1, wanted);
      for (const { line, casing, sign } of drawn) {
        const share = sign.steady ? 1 : room;
        const dashes = sign.dash.map((length) => Math.round(10 * length * Math.max(share, 0.3)) / 10);
        const weight = Math.min(sign.width, Math.max(THINNEST_PX, sign.width * share));
        const opacity = widths ? 1 : Math.min(1, Math.max(0.3, 0.65 * share * sign.width));
        line.setStyle({ weight, opacity, dashArray: dashes.join(" ") || null });
        if (casing) casing.setStyle({ weight: weight + 2 * sign.casing * share, opacity: share < 0.5 ? 0 : 0.9 });
      }
    };
    const hide = () => {
      renderer._container.style.display = map.getZoom() < (config.from || 0) ? "none" : "";
    };
    const view = redrawn(map, renderer, (data, latest) => {
      config = latest;
      drawn = Object.entries(config.lines).map(([part, sign]) => {
        const features =
          part === "*" ? data.features : data.features.filter(({ properties }) => properties.part === part);
        const cap = sign.dash.length && !sign.round ? "butt" : "round";
        const className = `cg-line cg-line-${part.replaceAll(/[^a-z]/g, "-")}`;
        const casing = sign.casing ? L.geoJSON(features, { ...common, color: "#ffffff" }) : null;
        const line = L.geoJSON(features, { ...common, color: sign.colour, className, lineCap: cap });
        return { line, casing, sign };
      });
      widths = config.lines["*"] ? () => meanWidth(map, drawn[0].line.getLayers()) : null;
      const widest = Math.max(...Object.values(config.lines).map((sign) => sign.width));
      const group = L.layerGroup(drawn.flatMap(({ casing, line }) => (casing ? [casing, line] : [line])));
      thin();
      window.setTimeout(() => {
        if (!renderer._container) return;
        renderer._container.style.zIndex = Math.round(10 * widest);
        hide();
      });
      return group;
    });
    const suit = () => {
      if (!config || !renderer._container) return;
      thin();
      hide();
    };
    map.on("zoomend", suit);
    return {
      show: view.show,
      remove() {
        map.off("zoomend", suit);
        view.remove();
      },
    };
  }

  function meanWidth(map, shapes) {
    const sides = shapes.map((shape) => {
      const box = shape.getBounds();
      const size = map.latLngToLayerPoint(box.getSouthEast()).subtract(map.latLngToLayerPoint(box.getNorthWest()));
      return Math.sqrt(size.x * size.y);
    });
    return sides.reduce((sum, side) => sum + side, 0) / Math.max(1, sides.length);
  }

  function metresPerPixel(map) {
    return (156543 * Math.cos((map.getCenter().lat * Math.PI) / 180)) / 2 ** map.getZoom();
  }

  function chosenView(map) {
    const renderer = L.svg({ pane: "cg-chosen", padding: 0.3 });
    let outlines = [];
    // A small area would vanish under its own outline: a ring points it out instead.
    const suit = () => {
      for (const { casing, line, rings, width } of outlines) {
        const box = line.getBounds();
        const [from, to] = [box.getNorthWest(), box.getSouthEast()].map((at) => map.latLngToLayerPoint(at));
        const side = Math.min(to.x - from.x, to.y - from.y);
        const weight = Math.min(width, Math.max(2, side / 8));
        line.setStyle({ weight });
        casing.setStyle({ weight: weight + 4 });
        const small = side < SMALL_PX;
        rings.forEach((ring, index) => {
          ring.setRadius(to.distanceTo(from) / 2 + 8);
          ring.setStyle({ weight: index ? width - 1 : width + 3, opacity: small ? 1 : 0 });
        });
      }
    };
    const view = redrawn(map, renderer, (data, config) => {
      const codes = new Set(config.chosen);
      const look = { pane: "cg-chosen", renderer, interactive: false, smoothFactor: 0, fill: false };
      outlines = data.features
        .filter((feature) => codes.has(feature.properties.code))
        .map((feature) => ({
          casing: L.geoJSON(feature, { ...look, color: "#ffffff", opacity: 1 }),
          line: L.geoJSON(feature, { ...look, color: "#1b2733", className: "cg-chosen" }),
          width: config.width,
        }));
      for (const outline of outlines) {
        const middle = outline.line.getBounds().getCenter();
        outline.rings = ["#ffffff", "#1b2733"].map((color) => L.circleMarker(middle, { ...look, color }));
      }
      suit();
      return L.layerGroup(outlines.flatMap(({ casing, line, rings }) => [casing, line, ...rings]));
    });
    map.on("zoomend", suit);
    return {
      show: view.show,
      remove() {
        map.off("zoomend", suit);
        view.remove();
      },
    };
  }

  function pointsView(map) {
    const renderer = L.canvas({ pane: "cg-points", padding: 0.3 });
    return redrawn(map, renderer, (_, config) => {
      const look = { pane: "cg-points", renderer, interactive: false, radius: config.radius, weight: 1.5 };
      const group = L.layerGroup();
      let [lat, lon] = [0, 0];
      for (let index = 0; index < config.steps.length; index += 2) {
        lat += config.steps[index];
        lon += config.steps[index + 1];
        const dot = { ...look, color: "#ffffff", fillColor: config.colour, fillOpacity: 1 };
        L.circleMarker([lat / 1e5, lon / 1e5], dot).addTo(group);
      }
      return group;
    });
  }

  function pictureView(map) {
    let overlay = null;
    let config = null;
    const suit = () => {
      const isClose = map.getZoom() >= (config.from || 0);
      if (isClose) overlay ??= addPicture(map, config, "cg-points");
      overlay?.setOpacity(isClose ? 1 : 0);
      if (config.from) map.getPane("cg-dots").classList.toggle("cg-behind", isClose);
    };
    map.on("zoomend", suit);
    return {
      show(latest) {
        config = latest;
        suit();
      },
      remove() {
        map.off("zoomend", suit);
        map.getPane("cg-dots").classList.remove("cg-behind");
        overlay?.remove();
      },
    };
  }

  function namesView(map) {
    let markers = [];
    // A name that is wider than its area, or would lie on another's, is left out.
    const hideCrowded = () => {
      const taken = [];
      for (const { at, shape, text, width, height, always } of markers) {
        const box = shape.getBounds();
        const [from, to] = [box.getNorthWest(), box.getSouthEast()].map((corner) => map.latLngToLayerPoint(corner));
        const middle = map.latLngToLayerPoint(at);
        const room = L.bounds(middle.subtract([width / 2, height / 2]), middle.add([width / 2, height / 2]));
        text.hidden = !always && (to.x - from.x < width || taken.some((other) => other.overlaps(room)));
        if (!text.hidden) taken.push(room);
      }
    };
    const view = redrawn(map, null, (data, config) => {
      markers = [];
      const group = L.layerGroup();
      data.features.forEach((feature, index) => {
        const words = config.texts ? config.texts[index] : feature.properties.name;
        if (!words) return;
        const shape = L.GeoJSON.geometryToLayer(feature);
        const text = element("span", "", words);
        text.style.fontSize = `${config.size}px`;
        const icon = L.divIcon({ className: "cg-name", html: text });
        const at = insidePoint(shape);
        L.marker(at, { pane: "cg-names", icon, interactive: false, keyboard: false }).addTo(group);
        const size = { width: words.length * config.size * 0.55, height: config.size * 1.2 };
        markers.push({ at, shape, text, ...size, always: config.always });
      });
      const area = ({ shape }) => {
        const box = shape.getBounds();
        return (box.getEast() - box.getWest()) * (box.getNorth() - box.getSouth());
      };
      markers.sort((one, other) => area(other) - area(one));
      window.setTimeout(hideCrowded);
      return group;
    });
    map.on("zoomend", hideCrowded);
    return {
      show: view.show,
      remove() {
        map.off("zoomend", hideCrowded);
        view.remove();
      },
    };
  }

  function spotView(map) {
    let box = null;
    let place = null;
    // The name stands on the side that has room for it.
    const settle = () => {
      if (!box) return;
      const { x } = map.latLngToContainerPoint(place);
      box.classList.toggle("cg-left", x > map.getSize().x / 2 + 1);
    };
    map.on("moveend", settle);
    const view = redrawn(map, null, (_, config) => {
      box = element("div", "");
      place = [config.lat, config.lon];
      const ring = (r, look) => svgElement("circle", { cx: 22, cy: 22, r, ...look });
      const rust = { fill: "none", stroke: config.colour };
      box.append(
        svgElement(
          "svg",
          { width: 44, height: 44, viewBox: "0 0 44 44", "aria-hidden": "true" },
          ring(20, { ...rust, "stroke-width": 3, class: "cg-pulse" }),
          ring(12, { fill: "none", stroke: "#ffffff", "stroke-width": 7 }),
          ring(12, { ...rust, "stroke-width": 4 }),
          ring(4, { fill: config.colour, stroke: "#ffffff", "stroke-width": 1.5 }),
        ),
      );
      if (config.label) box.append(element("span", "", config.label));
      box.style.fontSize = `${config.size}px`;
      settle();
      const icon = L.divIcon({ className: "cg-spot", html: box, iconSize: [0, 0] });
      const options = { pane: "cg-spots", icon, interactive: false, keyboard: false };
      return L.layerGroup([L.marker(place, options)]);
    });
    let last = "";
    let moved = false;
    // A spot that was typed or chosen is gone to, once; one that was clicked is in sight already.
    return {
      show(config) {
        const now = JSON.stringify(config.focus || "");
        if (config.focus && now !== last) look(map, config.focus);
        moved = moved || Boolean(config.focus);
        last = now;
        return view.show(config);
      },
      remove() {
        map.off("moveend", settle);
        if (moved) look(map, null);
        view.remove();
      },
    };
  }

  Object.assign(window.commonGround.kinds, {
    lines: linesView,
    chosen: chosenView,
    points: pointsView,
    picture: pictureView,
    names: namesView,
    spot: spotView,
  });
})();
