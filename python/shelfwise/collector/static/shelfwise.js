// Shelfwise's tracker; docs/collect-events.md describes it. One tag is enough:
//   <script async src="https://events.example.com/shelfwise.js" data-write-key="…"></script>
(() => {
  "use strict";

  const KEPT = 200; // events that wait while the browser is offline; beyond that the oldest go
  const PER_REQUEST = 50;
  const BEACON_CHARS = 60000; // browsers let a leaving page send 64 KiB
  const SHELF = "[data-shelfwise-recommendation-id]";
  const script = document.currentScript;
  const early = window.shelfwise;
  const inMemory = {};
  const seen = {};
  let settings = null;
  let inFlight = [];
  let timer = null;
  let failures = 0;

  // localStorage; where it is barred a cookie for ids, and this page's memory for events.
  function read(name) {
    try {
      return localStorage.getItem("shelfwise_" + name);
    } catch {
      const cookie = document.cookie.match(`(?:^|; )shelfwise_${name}=([^;]*)`);
      return cookie ? decodeURIComponent(cookie[1]) : inMemory[name];
    }
  }

  function write(name, value) {
    try {
      localStorage.setItem("shelfwise_" + name, value);
    } catch {
      inMemory[name] = value;
      if (name === "queue") return;
      document.cookie = `shelfwise_${name}=${encodeURIComponent(value)}; path=/; SameSite=Lax; max-age=31536000`;
    }
  }

  const uid = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => (byte + 256).toString(16).slice(1)).join("");

  function anonymousId() {
    if (settings.anonymousId) return settings.anonymousId;
    if (!read("anonymous_id")) write("anonymous_id", uid());
    return read("anonymous_id");
  }

  function mayTrack() {
    const consent = read("consent");
    if (consent) return consent === "yes";
    return settings.consent !== "required" && navigator.doNotTrack !== "1" && !navigator.globalPrivacyControl;
  }

  // The queue holds what has not been acknowledged. Two tabs may both send an event, and its messageId makes one of
  // the two; no tab takes out what it has not sent.
  const queued = () => JSON.parse(read("queue") || "[]");
  const keep = (events) => write("queue", JSON.stringify(events.slice(-KEPT)));
  const without = (events, others) => events.filter((event) => !others.some((other) => other.messageId === event.messageId));
  const waiting = () => without(queued(), inFlight);
  const forget = (events) => keep(without(queued(), events));

  function add(type, fields) {
    if (!settings || !mayTrack()) return;
    keep([...queued(), {
      type,
      messageId: uid(),
      anonymousId: anonymousId(),
      userId: read("user_id") || undefined,
      timestamp: new Date().toISOString(),
      context: { page: { url: location.href } },
      ...fields,
    }]);
    if (!failures) schedule(500);
  }

  function schedule(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(send, milliseconds);
  }

  const body = (events) =>
    JSON.stringify({ writeKey: settings.writeKey, sentAt: new Date().toISOString(), batch: events });

  async function send() {
    if (inFlight.length) return;
    const events = (inFlight = waiting().slice(0, PER_REQUEST));
    if (!events.length) return;
    const text = body(events);
    let response = {};
    try {
      response = await fetch(settings.host + "/v1/batch", {
        method: "POST",
        headers: { "Content-Type": "text/plain" }, // goes to another host without asking it first
        body: text,
        credentials: "omit",
        keepalive: text.length < BEACON_CHARS,
      });
    } catch {} // offline
    inFlight = [];
    if (response.ok || [400, 413].includes(response.status)) {
      failures = 0;
      forget(events); // taken, or refused for good
      schedule(0);
    } else {
      const asked = response.headers ? +response.headers.get("Retry-After") || 0 : 0;
      schedule(1000 * Math.max(asked, 2 ** Math.min(failures++, 6)) * (1 + Math.random() / 2));
    }
  }

  function leave() {
    if (navigator.onLine === false) return;
    const events = waiting().slice(0, PER_REQUEST);
    while (body(events).length > BEACON_CHARS) events.pop();
    if (events.length && navigator.sendBeacon(settings.host + "/v1/batch", body(events))) forget(events);
  }

  function facts(shelf, product) {
    const position = product && product.dataset.shelfwisePosition;
    return {
      recommendation_id: shelf.dataset.shelfwiseRecommendationId,
      list_id: shelf.dataset.shelfwiseListId,
      product_id: product && product.dataset.productId,
      position: position && +position,
    };
  }

  // A shelf is seen once half of it, or of the screen, has shown it for a second.
  function watchShelves() {
    const observer = new IntersectionObserver((entries) => entries.forEach((entry) => {
      const shelf = entry.target;
      clearTimeout(shelf.shelfwiseTimer);
      if (entry.intersectionRatio < 0.5 && entry.intersectionRect.height < innerHeight / 2) return;
      shelf.shelfwiseTimer = setTimeout(() => {
        const viewed = facts(shelf);
        viewed.products = Array.from(shelf.querySelectorAll("[data-product-id]"), (product) => {
          const { product_id, position } = facts(shelf, product);
          return { product_id, position };
        });
        observer.unobserve(shelf);
        if (!seen[viewed.recommendation_id]) api.track("Recommendation Viewed", viewed);
        seen[viewed.recommendation_id] = true;
      }, 1000);
    }), { threshold: [0, 0.1, 0.25, 0.5] });
    const observed = new WeakSet();
    const observe = () => document.querySelectorAll(SHELF).forEach((shelf) => {
      if (!observed.has(shelf)) observer.observe(shelf);
      observed.add(shelf);
    });
    observe();
    new MutationObserver(observe).observe(document, { childList: true, subtree: true });
  }

  function clicked({ target }) {
    const product = target.closest("[data-product-id]");
    const shelf = product && product.closest(SHELF);
    if (!shelf) return;
    const what = target.closest("[data-shelfwise-dismiss]") ? "Dismissed" : "Clicked";
    api.track("Recommendation " + what, facts(shelf, product));
  }

  const api = (window.shelfwise = {
    init({ writeKey, host, consent, anonymousId }) {
      if (settings) return;
      settings = { writeKey, consent, anonymousId, host: (host || new URL(script.src).origin).replace(/\/$/, "") };
      addEventListener("pagehide", leave);
      addEventListener("online", send);
      document.addEventListener("click", clicked, true);
      watchShelves();
      send(); // what an earlier page left
    },
    track: (event, properties = {}, options) => add("track", { event, properties, ...options }),
    page: (properties = {}) => add("page", { properties }),
    identify(userId) {
      if (!settings || !mayTrack()) return;
      write("user_id", userId);
      add("identify");
    },
    reset() {
      write("user_id", "");
      write("anonymous_id", "");
    },
    optOut() {
      api.reset();
      keep([]);
      write("consent", "no");
    },
    optIn: () => write("consent", "yes"),
    push: ([name, ...values]) => api[name](...values),
  });

  if (script && script.dataset.writeKey) {
    api.init(script.dataset);
    if (!("noPage" in script.dataset)) api.page();
  }
  if (Array.isArray(early)) early.forEach(api.push); // calls made before this script had loaded
})();
