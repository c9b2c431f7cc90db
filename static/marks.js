/* What lies over the areas: lines, outlines of chosen areas, points, pictures, spots. */
(function () {
  "use strict";

  const SMALL_PX = 26; // a chosen area that is smaller gets a ring round it
  const ROOM_PX = 34; // lines that lie so far apart are drawn at full width
  const CELLS = 24; // the grid that tells how crowded lines are has so many cells to a side
  const WIDE_PX = 60; // and so are the outlines of areas that are so wide
  const THINNEST_PX = 0.7;
  const ABOVE_ALL = 1000; // lines without a rank are ordered by tenths of their width
  const { element, metresPerPixel, svgElement, whenRead, addPicture, look } = window.commonGround.parts;

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
    // Where lines are many they are thin and faint, and grow as the reader goes nearer. What is
    // whole (both draw it) stays ahead of what is broken or dotted: from afar the two are told
    // apart by weight, as no dash is long enough to be seen there.
    const weigh = ({ sign, spacing }) => {
      const wanted = widths ? widths() / WIDE_PX : spacing / metresPerPixel(map) / ROOM_PX;
      const room = sign.steady ? 1 : Math.min(1, wanted);
      const afar = widths ? 0 : Math.max(0, 1 - 2 * room);
      const share = room * (1 + (sign.dash.length ? -0.4 : 0.6) * afar);
      const thinnest = THINNEST_PX * (sign.dash.length ? 1 : config.scale || 1);
      return { room, share, weight: Math.min(sign.width, Math.max(thinnest, sign.width * share)) };
    };
    const thin = () => {
      const whole = drawn.filter(({ sign }) => !sign.dash.length).map((one) => weigh(one).weight);
      const most = widths ? Infinity : Math.min(...whole); // sparse dashes are no heavier from afar
      for (const one of drawn) {
        const { line, casing, core, sign } = one;
        const { room, share, weight: own } = weigh(one);
        const weight = sign.dash.length && room < 1 ? Math.min(own, most) : own;
        const dashes = sign.dash.map((length) => Math.round(10 * length * Math.max(room, 0.3)) / 10);
        const opacity = widths ? 1 : Math.min(1, Math.max(0.3, 0.65 * share * sign.width));
        line.setStyle({ weight, opacity, dashArray: dashes.join(" ") || null });
        if (core) core.setStyle({ weight: (weight * sign.core) / sign.width });
        if (casing) casing.setStyle({ weight: weight + 2 * sign.casing * share, opacity: share < 0.5 ? 0 : 0.9 });
      }
    };
    const hide = () => {
      renderer._container.style.display = map.getZoom() < (config.from || 0) ? "none" : "";
    };
    const view = redrawn(map, renderer, (data, latest) => {
      config = latest;
      const pieces = config.crowded ? byRoom(data, config.lines) : [{ features: data.features, spacing: Infinity }];
      const parts = Object.entries(config.lines).flatMap(([part, sign]) =>
        pieces.map(({ features, spacing }) => ({
          part,
          sign,
          spacing,
          features: part === "*" ? features : features.filter(({ properties }) => properties.part === part),
        })),
      );
      drawn = parts.filter(({ features }) => features.length).map(({ part, sign, spacing, features }) => {
        const cap = sign.dash.length && !sign.round ? "butt" : "round";
        const className = `cg-line cg-line-${part.replaceAll(/[^a-z]/g, "-")}`;
        const casing = sign.casing ? L.geoJSON(features, { ...common, color: "#ffffff" }) : null;
        const line = L.geoJSON(features, { ...common, color: sign.colour, className, lineCap: cap });
        const core = sign.core ? L.geoJSON(features, { ...common, color: "#ffffff" }) : null;
        return { line, casing, core, sign, spacing };
      });
      const shapes = drawn[0]?.line.getLayers() || [];
      const across = () => (data.side ? data.side / metresPerPixel(map) : meanWidth(map, shapes));
      widths = config.lines["*"] ? across : null;
      const widest = Math.max(...Object.values(config.lines).map((sign) => sign.width));
      const group = L.layerGroup(drawn.flatMap(({ casing, line, core }) => [casing, line, core].filter(Boolean)));
      thin();
      window.setTimeout(() => {
        if (!renderer._container) return;
        renderer._container.style.zIndex = config.rank === undefined ? Math.round(10 * widest) : ABOVE_ALL + config.rank;
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

  // Sort lines by how far apart they lie, in metres: entries of features and their spacing. Whole
  // lines are one entry, drawn alike all over the map; broken and dotted ones are thinned where
  // they are crowded, with entries for steps of their room.
  const sorted = new WeakMap(); // a file's data -> its entries
  function byRoom(data, signs) {
    if (!sorted.has(data)) sorted.set(data, sortByRoom(data, (part) => signs[part]?.dash.length > 0));
    return sorted.get(data);
  }

  function sortByRoom({ features }, isBroken) {
    const lines = features.flatMap(({ geometry: { type, coordinates }, properties: { part } }) =>
      (type === "LineString" ? [coordinates] : coordinates).map((points) => ({ part, points })),
    );
    const grid = countLengths(lines.filter(({ part }) => part !== "outline"));
    const entries = new Map(); // spacing -> part -> lines
    for (const { part, points } of lines) {
      const spacing = isBroken(part) ? grid.around(points) : grid.among(part);
      if (!entries.has(spacing)) entries.set(spacing, new Map());
      const parts = entries.get(spacing);
      if (!parts.has(part)) parts.set(part, []);
      parts.get(part).push(points);
    }
    const feature = ([part, coordinates]) => {
      return { type: "Feature", properties: { part }, geometry: { type: "MultiLineString", coordinates } };
    };
    return Array.from(entries, ([spacing, parts]) => ({ spacing, features: Array.from(parts, feature) }));
  }

  function countLengths(lines) {
    const box = L.latLngBounds(lines.flatMap(({ points }) => points.map(([x, y]) => [y, x])));
    const tall = 111320; // metres a degree
    const wide = tall * Math.cos((box.getCenter().lat * Math.PI) / 180);
    const [width, height] = [(box.getEast() - box.getWest()) * wide, (box.getNorth() - box.getSouth()) * tall];
    const side = Math.max(width, height, 1) / CELLS;
    const cell = ([x, y]) => [Math.floor((x * wide) / side), Math.floor((y * tall) / side)];
    const lengths = new Map(); // of all lines in a cell, of a part, and ("") of all there are
    const add = (key, length) => lengths.set(key, (lengths.get(key) || 0) + length);
    for (const { part, points } of lines) {
      points.slice(1).forEach(([x, y], index) => {
        const [fromX, fromY] = points[index];
        const length = Math.hypot((x - fromX) * wide, (y - fromY) * tall);
        for (const key of [cell([x, y]).join(), part, ""]) add(key, length);
      });
    }
    const apart = (area, length) => area / Math.max(length || 0, 1);
    const usual = apart(width * height, lengths.get(""));
    const at = (point) => {
      const [column, row] = cell(point);
      let near = 0;
      for (let x = -1; x <= 1; x++) for (let y = -1; y <= 1; y++) near += lengths.get(`${column + x},${row + y}`) || 0;
      return Math.log2(usual * Math.min(apart(9 * side * side, near), 2 * usual)) / 2;
    };
    return {
      around: (points) => 2 ** (Math.round((2 * points.reduce((sum, point) => sum + at(point), 0)) / points.length) / 2),
      among: (part) => Math.min(1.5 * usual, Math.sqrt(usual * apart(width * height, lengths.get(part)))),
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
        const at = [lat / 1e5, lon / 1e5];
        if (config.metres) {
          const ring = { ...look, radius: config.metres[index / 2], fill: false };
          L.circle(at, { ...ring, color: "#ffffff", weight: config.radius + 2 }).addTo(group);
          L.circle(at, { ...ring, color: config.colour, weight: config.radius * 0.6 }).addTo(group);
        } else {
          const dot = { ...look, color: "#ffffff", fillColor: config.colour, fillOpacity: 1 };
          L.circleMarker(at, dot).addTo(group);
        }
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
    spot: spotView,
  });
})();
