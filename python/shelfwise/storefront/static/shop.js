// What the pages tell the tracker: events of the page itself, then those of its forms.
"use strict";
(() => {
  const told = JSON.parse(document.getElementById("events").textContent);
  // Who has signed in is told once a visit, and so is who has signed out.
  const known = sessionStorage.getItem("customer");
  if (told.user_id && told.user_id !== known) shelfwise.identify(told.user_id);
  if (!told.user_id && known) shelfwise.reset();
  sessionStorage.setItem("customer", told.user_id || "");
  for (const { event, properties } of told.events) {
    // An order is told once, however often its page is looked at.
    const options = event === "Order Completed" ? { messageId: "order-" + properties.order_id } : {};
    shelfwise.track(event, properties, options);
  }
  document.addEventListener("submit", ({ target }) => {
    if (target.dataset.event) shelfwise.track(target.dataset.event, JSON.parse(target.dataset.properties));
  });
})();
