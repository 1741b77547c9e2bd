/* A screen of one slide, whose store of plays breaks where a test says so. */
let time = 0, made = 0, breaks = { put: false, late: false, list: false, drop: false, sign: false };
const disk = new Map(), sent = [], troubles = [];
const store = {
  put: async (key, play) => { if (breaks.put) throw new Error("put"); disk.set(key, { ...play }); if (breaks.late) throw new Error("timeout"); },
  list: async (most) => { if (breaks.list) throw new Error("list"); return [...disk].slice(0, most); },
  keys: async () => [...disk.keys()],
  drop: async (keys) => { if (breaks.drop) throw new Error("drop"); keys.forEach((key) => disk.delete(key)); },
};
const plays = new PlayStore(store);
const slide = { id: "one", seconds: 10, flight: "F", media: [], windows: [[0, 1e12]], urgent: false };
const playlist = {
  poll_seconds: 1e6, slides: [slide], spans: [{ from: 0, until: 1e12, mode: "play", loop: ["one"] }],
};
const player = new Player({
  now: () => time, mono: () => time, key: () => `k${(made += 1)}`,
  get: async () => undefined, put: async () => {},
  ask: async () => ({ status: 200, etag: "e", now: time + 1, playlist }),
  load: async () => {}, drop: async () => {}, failed: () => {},
  draw: async () => {}, alive: async ({ trouble }) => void troubles.push(trouble),
  sign: async (text) => { if (breaks.sign) throw new Error("key"); return `signed ${text}`; },
  keepPlay: (key, play) => plays.keep(key, play),
  plays: (most) => plays.list(most), playCount: () => plays.count(), dropPlays: (keys) => plays.drop(keys),
  checkStore: () => plays.check(),
  send: async (given) => {
    sent.push(...given.map((play) => ({ ...play })));
    return given.map((play) => play.signed.split("|")[0]);
  },
});
