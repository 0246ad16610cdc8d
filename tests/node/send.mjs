// Sends one event of each kind with Segment's library for servers: node send.mjs <host> <write key>
import { Analytics } from "@segment/analytics-node";

const [host, writeKey] = process.argv.slice(2);
const analytics = new Analytics({ host, writeKey });
analytics.on("error", (error) => {
  console.error(error);
  process.exitCode = 1;
});
analytics.identify({ userId: "c1", anonymousId: "d1", traits: { email: "jane@example.com" } });
analytics.page({ anonymousId: "d1", properties: { url: "https://shop.example/?utm_source=mail&token=T" } });
analytics.track({
  userId: "c1",
  anonymousId: "d1",
  event: "Order Completed",
  properties: { order_id: 17, currency: "GBP", products: [{ product_id: "p1", price: 12.5, quantity: 2 }] },
});
analytics.track({ userId: "c2", event: "Product Added", properties: { product_id: "p2", quantity: "1", price: "3.20" } });
await analytics.closeAndFlush();
