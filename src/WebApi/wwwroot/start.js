"use strict";

const $ = id => document.getElementById(id);
const customerId = "start-page";
const good = ["confirmed", "fulfilling", "completed"];
const bad = ["rejected", "cancelled"];
const final = ["completed", ...bad];
let shown = null;

async function call(path, options = {}) {
  const response = await fetch(path, options);
  const body = await response.json().catch(() => null);
  if (!response.ok) {
    const faults = (body?.errors ?? []).map(e => `${e.pointer} ${e.detail}`).join("; ");
    throw new Error([body?.detail ?? `The shop answered ${response.status}.`, faults].filter(Boolean).join(" "));
  }
  return body;
}

// randomUUID is there on https and localhost only; a page served over a plain network address still gets a key.
const newKey = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;

const post = (path, body) => call(path, {
  method: "POST",
  headers: { "Content-Type": "application/json", "Idempotency-Key": newKey() },
  body: JSON.stringify(body),
});

const words = text => text.replaceAll("_", " ").replaceAll("-", " ");
const money = m => {
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency: m.currency });
  return format.format(m.amount / 10 ** format.resolvedOptions().maximumFractionDigits);
};

function duration(seconds) {
  const [d, h, m] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  return d ? `${d} d ${h} h` : h ? `${h} h ${m} min` : m ? `${m} min` : `${seconds} s`;
}

async function showHealth() {
  let well = false;
  try {
    const about = await call("/v1/ops/about");
    // On addresses of their own, which are not for customers.
    document.querySelectorAll(".management").forEach(link => { link.hidden = about.managementElsewhere; });
    well = about.managementElsewhere || (await fetch("/health/ready")).ok;
    $("mode").textContent = about.mode;
    $("version").textContent = about.version;
    $("runtime").textContent = about.runtime;
    $("uptime").textContent = duration(about.uptimeSeconds);
    $("data").firstElementChild.textContent = about.dataDirectory ?? (about.mode === "cluster" ? "PostgreSQL" : "–");
  } catch { well = false; }
  $("health").className = `health ${well ? "good" : "bad"}`;
  $("health").querySelector(".text").textContent = well ? "Ready" : "Not ready";
}

async function showProducts() {
  const { data, next } = await call("/v1/products?limit=200");
  $("products").textContent = data.length + (next ? "+" : "");
  const options = data.filter(p => p.active).map(p => {
    const option = new Option(`${p.name} · ${money(p.price)}`, p.id);
    option.dataset.currency = p.price.currency;
    return option;
  });
  $("product").replaceChildren(...options);
  if (options.length === 0) {
    $("message").textContent = "The catalogue is empty: PUT a product and adjust its stock first.";
  }
  const first = data.find(p => p.active);
  $("session").textContent = session(first?.id ?? "espresso-beans", first?.price.currency ?? "EUR");
}

const session = (product, currency) => `# place an order and wait for its outcome
curl -i ${location.origin}/v1/orders \\
  -H 'Content-Type: application/json' -H 'Idempotency-Key: my-first-order' -H 'Prefer: wait=10' \\
  -d '{"customerId":"c-42","currency":"${currency}","items":[{"productId":"${product}","quantity":2}],"payment":{"method":"tok_ok"}}'

# what happened to it (the id is in the answer above)
curl ${location.origin}/v1/orders/ORDER_ID/events

# what is left, and whether the books agree
curl ${location.origin}/v1/stock/${product}
curl ${location.origin}/v1/ops/invariants`;

function showStatus(order) {
  const kind = good.includes(order.status) ? "good" : bad.includes(order.status) ? "bad" : "wait";
  $("status").className = `badge ${kind}`;
  $("status").textContent = words(order.status) + (order.reason ? `: ${words(order.reason)}` : "");
  $("pay").hidden = order.status !== "awaiting_payment";
  $("cancel").hidden = final.includes(order.status) || order.status === "compensating";
}

function showEvent(event) {
  const item = document.createElement("li");
  const time = document.createElement("time");
  time.dateTime = event.occurredAt;
  time.textContent = event.occurredAt.slice(11, 23);
  const name = document.createElement("strong");
  name.textContent = words(event.type.replace(/^order-/, ""));
  item.append(time, name);
  const amount = event.data.total ?? event.data.amount ?? event.data.captured;
  const more = [amount && money(amount), event.data.code, event.data.reason && words(event.data.reason)].filter(Boolean).join(" · ");
  if (more) item.append(more);
  $("timeline").append(item);
}

// Follows one order until it has ended or another one is placed.
async function follow(id) {
  shown = id;
  let after = 0;
  let pause = 150;
  while (shown === id) {
    try {
      const { data } = await call(`/v1/orders/${id}/events?after=${after}`);
      if (shown !== id) return;
      data.forEach(showEvent);
      after = data.at(-1)?.sequence ?? after;
      const order = await call(`/v1/orders/${id}`);
      if (shown !== id) return;
      showStatus(order);
      if (final.includes(order.status) && order.version === after) return;
      pause = data.length > 0 ? 150 : Math.min(pause * 1.5, 3000);
      $("message").textContent = "";
    } catch (error) {
      $("message").textContent = error.message;
      pause = 3000;
    }
    await new Promise(done => setTimeout(done, pause));
  }
}

async function act(button, action) {
  button.disabled = true;
  $("message").textContent = "";
  try { await action(); } catch (error) { $("message").textContent = error.message; } finally { button.disabled = false; }
}

$("order").addEventListener("submit", submitted => {
  submitted.preventDefault();
  const product = $("product").selectedOptions[0];
  act(submitted.submitter ?? $("order").querySelector("button"), async () => {
    const order = await post("/v1/orders", {
      customerId,
      currency: product.dataset.currency,
      items: [{ productId: product.value, quantity: $("quantity").valueAsNumber }],
      payment: { method: $("method").value },
    });
    $("placed").hidden = false;
    $("timeline").replaceChildren();
    $("link").href = `/v1/orders/${order.id}`;
    $("link").textContent = order.id;
    showStatus(order);
    follow(order.id);
  });
});

$("pay").addEventListener("click", () => act($("pay"), () => post(`/v1/orders/${shown}/payments`, { payment: { method: "tok_ok" } })));
$("cancel").addEventListener("click", () => act($("cancel"), async () => {
  const { outcome } = await post(`/v1/orders/${shown}/cancellations`, {});
  $("message").textContent = outcome === "too_late" ? "Too late: the goods are leaving." : "";
}));
$("copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText($("session").textContent);
  $("copy").textContent = "Copied";
  setTimeout(() => { $("copy").textContent = "Copy"; }, 2000);
});

showHealth();
setInterval(showHealth, 10000);
showProducts().catch(error => { $("message").textContent = error.message; });
