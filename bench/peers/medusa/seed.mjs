// Fills a new Medusa over its own API for administrators: one region, one warehouse, one flat shipping option, products of
// one variant each, customers with passwords. Leaves what load.mjs needs in state.json.
import { writeFileSync } from "node:fs"

const BASE = process.env.BASE
const N = Number(process.env.PRODUCTS)
const M = 50
const STOCK = 1_000_000
const PASSWORD = "password123"

async function call(method, path, body, headers = {}) {
  const r = await fetch(BASE + path, {
    method,
    headers: { "content-type": "application/json", ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const text = await r.text()
  if (!r.ok) throw new Error(`${method} ${path} -> ${r.status} ${text.slice(0, 600)}`)
  return JSON.parse(text)
}

const { token } = await call("POST", "/auth/user/emailpass", {
  email: "admin@example.com",
  password: process.env.PEER_SECRET,
})
const H = { authorization: `Bearer ${token}` }
const admin = (method, path, body) => call(method, "/admin" + path, body, H)

const { stores: [store] } = await admin("GET", "/stores")
let { sales_channels: [channel] } = await admin("GET", "/sales-channels")
channel ??= (await admin("POST", "/sales-channels", { name: "Web" })).sales_channel
await admin("POST", `/stores/${store.id}`, {
  supported_currencies: [{ currency_code: "eur", is_default: true }],
  default_sales_channel_id: channel.id,
})
const { region } = await admin("POST", "/regions", {
  name: "Europe", currency_code: "eur", countries: ["de"],
  payment_providers: ["pp_system_default"],
})
await admin("POST", "/tax-regions", {
  country_code: "de", provider_id: "tp_system",
  default_tax_rate: { rate: 19, code: "de19", name: "VAT" },
})
const { stock_location: loc } = await admin("POST", "/stock-locations", {
  name: "Warehouse", address: { address_1: "Dock 1", city: "Berlin", country_code: "de" },
})
await admin("POST", `/stock-locations/${loc.id}/sales-channels`, { add: [channel.id] })
await admin("POST", `/stock-locations/${loc.id}/fulfillment-providers`, { add: ["manual_manual"] })
const fs = (await admin("POST", `/stock-locations/${loc.id}/fulfillment-sets`, {
  name: "Delivery", type: "shipping",
})).stock_location
const setId = (await admin("GET", `/stock-locations/${loc.id}?fields=*fulfillment_sets`))
  .stock_location.fulfillment_sets[0].id
const { fulfillment_set: set } = await admin("POST", `/fulfillment-sets/${setId}/service-zones`, {
  name: "Germany", geo_zones: [{ type: "country", country_code: "de" }],
})
let { shipping_profiles: [profile] } = await admin("GET", "/shipping-profiles")
profile ??= (await admin("POST", "/shipping-profiles", { name: "Default", type: "default" })).shipping_profile
const { shipping_option: option } = await admin("POST", "/shipping-options", {
  name: "Standard", price_type: "flat", provider_id: "manual_manual",
  service_zone_id: set.service_zones[0].id, shipping_profile_id: profile.id,
  type: { label: "Standard", description: "2-3 days", code: "standard" },
  prices: [{ currency_code: "eur", amount: 5 }, { region_id: region.id, amount: 5 }],
  rules: [
    { attribute: "enabled_in_store", value: "true", operator: "eq" },
    { attribute: "is_return", value: "false", operator: "eq" },
  ],
})
let { api_keys: [key] } = await admin("GET", "/api-keys?type=publishable")
key ??= (await admin("POST", "/api-keys", { title: "Shop", type: "publishable" })).api_key
await admin("POST", `/api-keys/${key.id}/sales-channels`, { add: [channel.id] })

const products = []
const product = (i, title) => ({
  title, handle: title.toLowerCase().replaceAll(" ", "-"), status: "published",
  description: `A plain product, number ${i}, with a description of about two hundred characters so that a page of twenty of them weighs what a page of a small real shop weighs. It is made of wool and air.`,
  shipping_profile_id: profile.id, sales_channels: [{ id: channel.id }],
  options: [{ title: "Kind", values: ["One"] }],
  variants: [{
    title: "One", sku: `SKU-${String(i).padStart(5, "0")}`, manage_inventory: true,
    options: { Kind: "One" }, prices: [{ currency_code: "eur", amount: 10 + (i % 90) }],
  }],
})
async function add(list) {
  const { created } = await admin("POST", "/products/batch?fields=id,variants.id,variants.sku", { create: list })
  const ids = created.map((p) => p.id)
  const q = ids.map((id) => `id[]=${id}`).join("&")
  const { products: full } = await admin("GET",
    `/products?limit=${ids.length}&${q}&fields=id,title,variants.id,variants.sku,variants.inventory_items.inventory_item_id`)
  return full.map((p) => ({
    id: p.id, title: p.title, variant: p.variants[0].id, item: p.variants[0].inventory_items[0].inventory_item_id,
  }))
}
const stock = (list, n) => admin("POST", "/inventory-items/location-levels/batch", {
  create: list.map((p) => ({ inventory_item_id: p.item, location_id: loc.id, stocked_quantity: n })),
})
for (let i = 0; i < N; i += 50) {
  const made = await add(Array.from({ length: Math.min(50, N - i) }, (_, k) => product(i + k, `Product ${i + k}`)))
  await stock(made, STOCK)
  products.push(...made)
}
const scarce = await add(Array.from({ length: 5 }, (_, k) => product(90000 + k, `Scarce ${k}`)))
await stock(scarce, 10)

const customers = []
for (let i = 0; i < M; i++) {
  const email = `shopper${i}@example.com`
  const reg = await call("POST", "/auth/customer/emailpass/register", { email, password: PASSWORD })
  await call("POST", "/store/customers", { email, first_name: "S", last_name: String(i) },
    { authorization: `Bearer ${reg.token}`, "x-publishable-api-key": key.token })
  customers.push(email)
}
writeFileSync("state.json", JSON.stringify({
  key: key.token, region: region.id, option: option.id, location: loc.id, products, scarce, customers,
  password: PASSWORD,
}))
