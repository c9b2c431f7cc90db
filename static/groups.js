/* Blocks in groups: the lines between groups, now and before, their numbers, and how blocks are picked.
 *
 * The areas themselves are drawn by areas.js, from the same file. The group of each block comes
 * packed, in the order of that file: see mapping/drawing/groups.py.
 */
(function () {
  "use strict";

  const INK = "#1b2733";
  const RUST = "#8f3a25"; // readable as letters on white
  const MANY_AREAS = 1500; // above, lines are drawn on a canvas, as areas are
  const WIDE_PX = 90; // lines of groups that are so wide are drawn at full width
  const MOST_UNTOLD = 200;
  const STEP_PX = 4; // between two looks at what a stroke goes over
  const ANYWHERE = 1e7; // a group's number finds room
  const MAX_CHOICES = 12; // so many of a group's blocks are tried for its number
  const { element, listNames, tell, whenRead, writeNames } = window.commonGround.parts;

  async function unpack(text) {
    const bytes = Uint8Array.from(window.atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint16Array(await new Response(stream).arrayBuffer());
  }

  // ---- borders that blocks share ---------------------------------------------------------------

  // Of each ring of each block: its points, and beside each step the block on its other side (-1: none).
  const known = new WeakMap(); // a file's data -> its rings
  function findRings(data) {
    if (!known.has(data)) known.set(data, traceRings(data));
    return known.get(data);
  }

  function traceRings({ features }) {
    const points = new Map();
    const number = ([x, y]) => {
      const key = `${x},${y}`;
      if (!points.has(key)) points.set(key, points.size);
      return points.get(key);
    };
    const rings = [];
    features.forEach(({ geometry: { type, coordinates } }, block) => {
      for (const ring of type === "Polygon" ? coordinates : coordinates.flat()) {
        rings.push({ block, ring, ids: ring.map(number) });
      }
    });
    const beside = new Map();
    const key = (a, b) => (a < b ? a * points.size + b : b * points.size + a);
    for (const { block, ids } of rings) {
      for (let at = 0; at + 1 < ids.length; at += 1) {
        const step = key(ids[at], ids[at + 1]);
        beside.set(step, beside.has(step) ? [beside.get(step)[0], block] : [block, -1]);
      }
    }
    return rings.map(({ block, ring, ids }) => {
      const others = ids.slice(1).map((id, at) => {
        const [one, other] = beside.get(key(ids[at], id));
        return one === block ? other : one;
      });
      return { block, points: ring.map(([x, y]) => [y, x]), others };
    });
  }

  // Runs of steps that are lines of one part: each border once, in the ring of its first block.
  function traceLines(rings, now, was) {
    const parts = { outline: [], a_only: [], b_only: [], both: [] };
    const partOf = (block, other) => {
      if (other < 0) return "outline";
      if (other < block) return "";
      const is = now[block] !== now[other];
      if (!was) return is ? "both" : "";
      const before = was[block] !== was[other];
      if (is) return before ? "both" : "b_only";
      return before ? "a_only" : "";
    };
    for (const { block, points, others } of rings) {
      let part = "";
      let run = null;
      others.forEach((other, at) => {
        const next = partOf(block, other);
        if (next && next === part) run.push(points[at + 1]);
        else if (next) parts[next].push((run = [points[at], points[at + 1]]));
        part = next;
      });
    }
    return parts;
  }

  // ---- the view ----------------------------------------------------------------------------------

  function groupsView(map) {
    const pane = "cg-lines";
    const svg = L.svg({ pane, padding: 0.3 });
    const flat = L.canvas({ pane, padding: 0.3 });
    const canvas = element("canvas", "cg-names leaflet-zoom-hide");
    canvas.setAttribute("aria-hidden", "true"); // every group stands in the table, too
    map.getPane("cg-names").append(canvas);
    let [data, config, now, was] = [null, null, null, null];
    let lines = [];
    let layers = [];
    let shown = 0; // which of the configurations is the latest
    let asked = 0;
    const { show, forget } = whenRead((read, latest) => {
      shown += 1;
      const mine = shown;
      return Promise.all([unpack(latest.now), latest.was && unpack(latest.was)]).then(([after, before]) => {
        if (mine !== shown) return;
        [data, config, now, was] = [read, latest, after, before || null];
        draw();
      });
    });

    function draw() {
      const found = traceLines(findRings(data), now, was);
      const renderer = data.features.length > MANY_AREAS ? flat : svg;
      const common = { pane, renderer, interactive: false, smoothFactor: 1, fill: false };
      const next = Object.entries(config.lines)
        .filter(([part]) => found[part]?.length)
        .map(([part, sign]) => {
          const lineCap = sign.dash.length && !sign.round ? "butt" : "round";
          const casing = sign.casing ? L.polyline(found[part], { ...common, color: "#ffffff" }).addTo(map) : null;
          const className = `cg-line cg-line-${part.replace("_", "-")}`;
          const line = L.polyline(found[part], { ...common, color: sign.colour, lineCap, className }).addTo(map);
          return { sign, line, casing };
        });
      for (const { line, casing } of lines) [line, casing].forEach((one) => one?.remove());
      lines = next;
      layers = listLabels();
      suit();
      pick();
      window.commonGround.areas?.tell();
    }

    function suit() {
      if (!config) return;
      const size = map.getSize();
      const groups = new Set(now).size || 1;
      const across = data.features.length ? spread(map, data) : Math.min(size.x, size.y);
      const factor = Math.min(1, Math.max(0.4, across / Math.sqrt(groups) / WIDE_PX));
      for (const { sign, line, casing } of lines) {
        const weight = sign.width * factor;
        line.setStyle({ weight, dashArray: sign.dash.map((length) => length * factor).join(" ") || null });
        casing?.setStyle({ weight: weight + 2 * sign.casing * factor, opacity: 0.9 });
      }
      writeSoon();
    }

    // The number of each group, in the block that lies nearest to its middle, or the next one whose
    // number finds room; then the people of blocks in no group; then the names of the others.
    function listLabels() {
      const sums = new Map();
      const at = data.features.map(({ properties }) => properties.at);
      now.forEach((group, index) => {
        if (!group || !at[index]) return;
        const [x, y, radius] = at[index];
        const sum = sums.get(group) || [0, 0, 0, 0];
        sums.set(group, [sum[0] + x, sum[1] + y, sum[2] + 1, sum[3] + radius * radius]);
      });
      const blocks = new Map(); // group -> its blocks, the nearest to its middle first
      now.forEach((group, index) => {
        if (!group || !at[index]) return;
        const [x, y, count] = sums.get(group);
        const away = Math.hypot(at[index][0] - x / count, at[index][1] - y / count);
        if (!blocks.has(group)) blocks.set(group, []);
        blocks.get(group).push({ away, index });
      });
      for (const own of blocks.values()) own.sort((one, other) => one.away - other.away);
      const place = (index) => [at[index][1] / data.steps, at[index][0] / data.steps];
      const called = Array.from(blocks, ([group, [{ index }]]) => {
        return { name: nameGroup(group), at: place(index), radius: Math.sqrt(sums.get(group)[3]), of: group };
      });
      const numbers = []; // each group's first choice before anybody's second
      for (let choice = 0; choice < MAX_CHOICES; choice += 1) {
        for (const [group, own] of blocks) {
          if (own[choice]) numbers.push({ name: `${group}`, at: place(own[choice].index), radius: ANYWHERE, of: group });
        }
      }
      const free = [];
      now.forEach((group, index) => {
        if (group || !at[index]) return;
        const people = /[\d.,]+( million)?/.exec(window.commonGround.areas?.labelOf(index) || "");
        if (people) free.push({ name: people[0], at: place(index), radius: at[index][2] });
      });
      const written = config.written ? listNames(data) : [];
      return [
        { look: { bold: true, colour: INK, size: config.size + 5 }, names: called.sort(byRadius) },
        { look: { bold: true, colour: INK, size: config.size + 3 }, names: numbers }, // whose name has no room
        { look: { bold: true, colour: RUST }, names: free.sort(byRadius) },
        { look: { bold: false, colour: INK }, names: written },
      ];
    }

    function nameGroup(group) {
      const name = config.names[group];
      return name ? `${group} ${name}` : `${group}`;
    }

    const write = () => {
      asked = 0;
      if (config) canvas.cgBoxes = writeNames(map, canvas, layers, config);
    };
    const writeSoon = () => (asked ||= window.requestAnimationFrame(write));
    map.on("moveend resize viewreset", writeSoon);
    map.on("zoomend", suit);
    const picking = pickBlocks(map, () => config && { data, config });

    function pick() {
      picking.suit();
      window.commonGround.sayGroup = (index) => {
        const group = now?.[index];
        return group ? `group ${nameGroup(group)}` : "in no group yet";
      };
    }

    return {
      show,
      settle() {
        if (!config) return;
        layers = listLabels(); // the people of blocks have been read by now
        writeSoon();
      },
      remove() {
        shown += 1;
        forget();
        picking.end();
        window.cancelAnimationFrame(asked);
        map.off("moveend resize viewreset", writeSoon);
        map.off("zoomend", suit);
        for (const { line, casing } of lines) [line, casing].forEach((one) => one?.remove());
        [svg, flat, canvas].forEach((one) => one.remove());
        delete window.commonGround.sayGroup;
      },
    };
  }

  function byRadius(one, other) {
    return other.radius - one.radius;
  }

  // How wide all blocks together are on the screen.
  const boxes = new WeakMap();
  function spread(map, data) {
    if (!boxes.has(data)) boxes.set(data, L.latLngBounds(findRings(data).flatMap(({ points }) => points)));
    const box = boxes.get(data);
    const size = map.latLngToLayerPoint(box.getSouthEast()).subtract(map.latLngToLayerPoint(box.getNorthWest()));
    return Math.sqrt(Math.abs(size.x * size.y));
  }

  // ---- picking -----------------------------------------------------------------------------------

  // A click picks the block under it, with Shift the larger area around it; a stroke in paint mode
  // picks what it goes over.
  function pickBlocks(map, read) {
    const container = map.getContainer();
    let count = 0; // each pick has a number, later ones a larger one
    let untold = []; // the picks that the server has not said it has taken over
    let button = null;
    let painting = false;
    let stroke = null; // the blocks of the stroke under way, and where it was last

    // Streamlit hands on the last of several messages that come close together: each has all picks
    // that were not yet taken over.
    const send = (blocks, whole) => {
      count = Math.max(count + 1, Date.now());
      untold = [...untold, { blocks, whole, group: read().config.current, n: count }].slice(-MOST_UNTOLD);
      return { picks: untold };
    };
    const find = (at) => findBlock(read().data, at);
    const show = (index) => window.commonGround.areas?.paint(index, read().config.look);

    const picker = (event) => {
      if (!read()) return null;
      if (event.painted) return send(event.painted, false);
      if (painting && event.originalEvent) return null; // the stroke has picked it
      const block = event.block ?? find(event.latlng);
      if (block < 0) return null;
      const whole = Boolean(event.whole || event.originalEvent?.shiftKey);
      if (!whole) show(block);
      return send([block], whole);
    };

    const take = (event) => {
      const to = map.mouseEventToContainerPoint(event);
      const from = stroke.at || to;
      const steps = Math.max(1, Math.ceil(from.distanceTo(to) / STEP_PX));
      for (let step = 1; step <= steps; step += 1) {
        const point = from.add(to.subtract(from).multiplyBy(step / steps));
        const block = find(map.containerPointToLatLng(point));
        if (block < 0 || stroke.blocks.has(block)) continue;
        stroke.blocks.add(block);
        show(block);
      }
      stroke.at = to;
    };
    const begin = (event) => {
      if (!painting || !read() || event.button > 0 || event.target.closest(".leaflet-control")) return;
      if (stroke) return drop(); // a second finger: the map is moved
      stroke = { blocks: new Set(), at: null };
      take(event);
    };
    const go = (event) => {
      if (!stroke) return;
      for (const one of event.getCoalescedEvents?.() ?? [event]) take(one);
      event.preventDefault();
    };
    const end = () => {
      const blocks = stroke ? Array.from(stroke.blocks) : [];
      stroke = null;
      if (blocks.length) map.fire("click", { latlng: L.latLng(map.getCenter()), painted: blocks });
    };
    // What a stroke that comes to nothing has painted is as it was.
    const drop = () => {
      for (const index of stroke?.blocks ?? []) window.commonGround.areas?.unpaint(index);
      stroke = null;
    };
    const setPainting = (on) => {
      painting = on;
      button?.setAttribute("aria-pressed", `${on}`);
      container.classList.toggle("cg-painting", on);
      const isPhone = window.matchMedia("(pointer: coarse) and (max-width: 700px)").matches;
      if (on || isPhone) map.dragging.disable();
      else map.dragging.enable();
    };

    function addButton() {
      const control = L.control({ position: "topleft" });
      control.onAdd = () => {
        button = element("a", "cg-paint");
        button.href = "#";
        button.title = "Paint by dragging";
        button.tabIndex = -1;
        button.setAttribute("role", "button");
        button.setAttribute("aria-label", button.title);
        button.setAttribute("aria-pressed", "false");
        button.textContent = "✎";
        L.DomEvent.disableClickPropagation(button);
        L.DomEvent.on(button, "click", (event) => {
          L.DomEvent.preventDefault(event);
          setPainting(!painting);
          tell(painting ? "Dragging paints areas into the group." : "Dragging moves the map.");
        });
        const bar = element("div", "leaflet-bar");
        bar.append(button);
        return bar;
      };
      control.addTo(map);
      return control;
    }

    let control = null;
    container.addEventListener("pointerdown", begin, true);
    window.addEventListener("pointermove", go, { passive: false });
    window.addEventListener("pointerup", end);
    window.addEventListener("pointercancel", drop);
    return {
      suit() {
        const { picking: is, taken } = read().config;
        untold = untold.filter(({ n }) => n > taken);
        window.commonGround.picker = is ? picker : null;
        if (is && !control) control = addButton();
        if (is) window.commonGround.doEarlyClicks?.();
      },
      end() {
        window.commonGround.picker = null;
        container.removeEventListener("pointerdown", begin, true);
        window.removeEventListener("pointermove", go);
        window.removeEventListener("pointerup", end);
        window.removeEventListener("pointercancel", drop);
        control?.remove();
      },
    };
  }

  function findBlock(data, { lat, lng }) {
    for (const { block, box, rings } of listBoxes(data)) {
      if (lat < box[0] || lat > box[2] || lng < box[1] || lng > box[3]) continue;
      let inside = false;
      for (const points of rings) {
        for (let at = 0, last = points.length - 1; at < points.length; last = at, at += 1) {
          const [[y, x], [fromY, fromX]] = [points[at], points[last]];
          if (y > lat !== fromY > lat && lng < ((fromX - x) * (lat - y)) / (fromY - y) + x) inside = !inside;
        }
      }
      if (inside) return block;
    }
    return -1;
  }

  const listed = new WeakMap();
  function listBoxes(data) {
    if (listed.has(data)) return listed.get(data);
    const found = new Map();
    for (const { block, points } of findRings(data)) {
      if (!found.has(block)) found.set(block, { block, box: [90, 180, -90, -180], rings: [] });
      const one = found.get(block);
      one.rings.push(points);
      for (const [y, x] of points) {
        const [south, west, north, east] = one.box;
        one.box = [Math.min(south, y), Math.min(west, x), Math.max(north, y), Math.max(east, x)];
      }
    }
    listed.set(data, Array.from(found.values()));
    return listed.get(data);
  }

  window.commonGround.kinds.groups = groupsView;
})();
