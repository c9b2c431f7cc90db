/* Names of areas: on one canvas, none on another, by the rules of mapping/drawing/names.py. */
(function () {
  "use strict";

  const SPILLS = [1.4, 2.2]; // so many times as wide as its circle may a name be: rather in more lines
  const MAX_LINES = 3;
  const LEADING = 1.1;
  const APART = 0.25; // so much of its size is left free around a name
  const HALO = "#fbf8f3";
  const HALO_SHARE = 0.4; // of the size of the letters
  const KEEP_CLEAR = ".leaflet-control, .cg-spot span, .cg-spot svg";
  const { element, metresPerPixel, read } = window.commonGround.parts;

  function namesView(map) {
    const canvas = element("canvas", "cg-names leaflet-zoom-hide");
    canvas.setAttribute("aria-hidden", "true"); // every name stands in the table, too
    map.getPane("cg-names").append(canvas);
    let layers = [];
    let config = null;
    let asked = 0;
    const draw = () => {
      asked = 0;
      if (config) canvas.cgBoxes = write(map, canvas, layers, config);
    };
    canvas.cgWrite = draw; // for the benchmarks
    const drawSoon = () => (asked ||= window.requestAnimationFrame(draw)); // once a spot's name has settled
    map.on("moveend zoomend resize viewreset", drawSoon);
    return {
      async show(latest) {
        const found = await Promise.all(latest.of.map(async ({ path, ...look }) => ({ look, names: listNames(await read(path)) })));
        [layers, config] = [found, latest];
        drawSoon();
      },
      settle: drawSoon,
      remove() {
        window.cancelAnimationFrame(asked);
        map.off("moveend zoomend resize viewreset", drawSoon);
        canvas.remove();
      },
    };
  }

  // Areas carry the middle and radius of their circle, files of lines a list of those of their areas.
  const listed = new WeakMap(); // a file's data -> names, the widest areas first
  function listNames(data) {
    if (!listed.has(data)) {
      const areas = data.features.filter(({ properties }) => properties.at);
      const rows = data.names || areas.map(({ properties: { name, at } }) => [name, ...at]);
      const names = rows.map(([name, x, y, radius]) => ({ name, at: [y / data.steps, x / data.steps], radius }));
      listed.set(data, names.sort((one, other) => other.radius - one.radius));
    }
    return listed.get(data);
  }

  // Layers of { look: { bold, colour, size }, names: [{ name, at, radius, of }] }, the first first.
  // Of several names of one thing, ``of``, the first that finds room is written.
  function write(map, canvas, layers, config) {
    const { x: width, y: height } = map.getSize();
    const sharpness = window.devicePixelRatio || 1;
    [canvas.width, canvas.height] = [width * sharpness, height * sharpness];
    [canvas.style.width, canvas.style.height] = [`${width}px`, `${height}px`];
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
    const pen = canvas.getContext("2d");
    pen.scale(sharpness, sharpness);
    Object.assign(pen, { textAlign: "center", textBaseline: "middle", lineJoin: "round", strokeStyle: HALO });
    pen.lineWidth = HALO_SHARE * config.size;
    const taken = listTaken(map);
    const boxes = [];
    const said = new Set();
    const family = window.getComputedStyle(document.body).fontFamily;
    for (const { look, names } of layers) {
      const size = look.size ?? config.size;
      pen.font = `${look.bold ? 700 : 500} ${size}px ${family}`;
      pen.fillStyle = look.colour;
      const measure = measurer(pen);
      for (const { name, at, radius, of } of names) {
        const across = (2 * radius) / metresPerPixel(map);
        if (across * SPILLS[1] < LEADING * size) break; // so are all after it
        if (said.has(of)) continue;
        const { x, y } = map.latLngToContainerPoint(at);
        if (x < 0 || y < 0 || x > width || y > height) continue;
        const lines = breakToFit(name, across, size, measure);
        if (!lines) continue;
        const wide = Math.max(...lines.map(measure)) / 2 + APART * size;
        const high = (lines.length * LEADING * size) / 2 + (APART * size) / 2;
        const box = [x - wide, y - high, x + wide, y + high];
        if (box[0] < 0 || box[1] < 0 || box[2] > width || box[3] > height) continue;
        if (taken.some((other) => meet(box, other))) continue;
        taken.push(box);
        if (of !== undefined) said.add(of);
        boxes.push(Object.assign(box, { name }));
        const down = (index) => y + (index - (lines.length - 1) / 2) * LEADING * size;
        lines.forEach((line, index) => pen.strokeText(line, x, down(index))); // no line's halo lies on another
        lines.forEach((line, index) => pen.fillText(line, x, down(index)));
      }
    }
    return boxes;
  }

  function listTaken(map) {
    const frame = map.getContainer().getBoundingClientRect();
    return Array.from(map.getContainer().querySelectorAll(KEEP_CLEAR), (part) => {
      const { left, top, right, bottom } = part.getBoundingClientRect();
      return [left - frame.left, top - frame.top, right - frame.left, bottom - frame.top];
    });
  }

  function meet(one, other) {
    return one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
  }

  const measured = new Map(); // font -> text -> its width
  function measurer(pen) {
    if (!measured.has(pen.font)) measured.set(pen.font, new Map());
    const widths = measured.get(pen.font);
    return (text) => {
      if (!widths.has(text)) widths.set(text, pen.measureText(text).width);
      return widths.get(text);
    };
  }

  // In as few lines as fit into a square round its circle; null if the name does not.
  function breakToFit(name, across, size, measure) {
    for (const spill of SPILLS) {
      const room = spill * across;
      const most = Math.min(MAX_LINES, Math.floor(room / (LEADING * size)));
      for (let count = 1; count <= most; count += 1) {
        const lines = breakName(name, count);
        if (lines.every((line) => measure(line) <= room)) return lines;
      }
    }
    return null;
  }

  function breakName(name, count) {
    const words = name.split(/\s+/).filter(Boolean);
    const goal = words.join(" ").length / count;
    const lines = [words.shift() || ""];
    for (const word of words) {
      const last = lines[lines.length - 1];
      const longer = `${last} ${word}`;
      const isNearer = longer.length - goal <= goal - last.length;
      if (isNearer || lines.length === count) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  }

  Object.assign(window.commonGround.parts, { listNames, writeNames: write });
  window.commonGround.kinds.names = namesView;
})();
