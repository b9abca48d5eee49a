// Fills a new Vendure over its own API for administrators: country, zone, tax, one flat shipping method, the dummy payment
// method, products of one variant each, customers with passwords. Leaves what load.mjs needs in state.json.
import { writeFileSync } from "node:fs"

const BASE = process.env.BASE
const N = Number(process.env.PRODUCTS)
const M = 50
const STOCK = 1_000_000
const PASSWORD = "password123"

let auth
async function gql(query, variables = {}) {
  const r = await fetch(`${BASE}/admin-api`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(auth ? { authorization: `Bearer ${auth}` } : {}) },
    body: JSON.stringify({ query, variables }),
  })
  auth ??= r.headers.get("vendure-auth-token")
  const j = await r.json()
  if (j.errors) throw new Error(JSON.stringify(j.errors).slice(0, 800))
  for (const v of Object.values(j.data)) if (v?.errorCode) throw new Error(v.errorCode + " " + v.message)
  return j.data
}
await gql(`mutation($u:String!,$p:String!){ login(username:$u,password:$p){ ...on CurrentUser{id} ...on ErrorResult{errorCode message} } }`,
  { u: "superadmin", p: process.env.PEER_SECRET })

const { createCountry: de } = await gql(`mutation{ createCountry(input:{code:"DE",enabled:true,translations:[{languageCode:en,name:"Germany"}]}){id} }`)
const { createZone: zone } = await gql(`mutation($m:[ID!]){ createZone(input:{name:"Europe",memberIds:$m}){id} }`, { m: [de.id] })
const { createTaxCategory: cat } = await gql(`mutation{ createTaxCategory(input:{name:"Standard",isDefault:true}){id} }`)
await gql(`mutation($c:ID!,$z:ID!){ createTaxRate(input:{name:"DE 19",enabled:true,value:19,categoryId:$c,zoneId:$z}){id} }`, { c: cat.id, z: zone.id })
const { activeChannel: ch } = await gql(`{ activeChannel{id} }`)
await gql(`mutation($i:UpdateChannelInput!){ updateChannel(input:$i){ ...on Channel{id} ...on ErrorResult{errorCode message} } }`,
  { i: { id: ch.id, defaultTaxZoneId: zone.id, defaultShippingZoneId: zone.id, defaultCurrencyCode: "EUR", availableCurrencyCodes: ["EUR"], pricesIncludeTax: false, trackInventory: true } })
const { createShippingMethod: ship } = await gql(`mutation($i:CreateShippingMethodInput!){ createShippingMethod(input:$i){id} }`, { i: {
  code: "standard", fulfillmentHandler: "manual-fulfillment",
  checker: { code: "default-shipping-eligibility-checker", arguments: [{ name: "orderMinimum", value: "0" }] },
  calculator: { code: "default-shipping-calculator", arguments: [{ name: "rate", value: "500" }, { name: "includesTax", value: "auto" }, { name: "taxRate", value: "19" }] },
  translations: [{ languageCode: "en", name: "Standard", description: "" }] } })
await gql(`mutation($i:CreatePaymentMethodInput!){ createPaymentMethod(input:$i){id} }`, { i: {
  code: "dummy", enabled: true, handler: { code: "dummy-payment-handler", arguments: [{ name: "automaticSettle", value: "true" }] },
  translations: [{ languageCode: "en", name: "Dummy", description: "" }] } })
const { stockLocations: { items: [loc] } } = await gql(`{ stockLocations{ items{id name} } }`)

async function add(list, stock) {
  const made = await gql(`mutation(${list.map((_, k) => `$p${k}:CreateProductInput!`).join(",")}){ ${list.map((_, k) => `p${k}:createProduct(input:$p${k}){id name}`).join(" ")} }`,
    Object.fromEntries(list.map((p, k) => [`p${k}`, { enabled: true, translations: [{ languageCode: "en", name: p.title, slug: p.title.toLowerCase().replaceAll(" ", "-"), description: p.text }] }])))
  const { createProductVariants: vs } = await gql(`mutation($i:[CreateProductVariantInput!]!){ createProductVariants(input:$i){id product{id}} }`, {
    i: list.map((p, k) => ({
      productId: made[`p${k}`].id, sku: p.sku, price: p.price, taxCategoryId: cat.id, trackInventory: "TRUE",
      stockLevels: [{ stockLocationId: loc.id, stockOnHand: stock }], translations: [{ languageCode: "en", name: p.title }],
    })) })
  return vs.map((v) => ({ id: v.product.id, variant: v.id }))
}
const product = (i, title) => ({
  title, sku: `SKU-${String(i).padStart(5, "0")}`, price: 1000 + 100 * (i % 90),
  text: `A plain product, number ${i}, with a description of about two hundred characters so that a page of twenty of them weighs what a page of a small real shop weighs. It is made of wool and air.`,
})
const products = []
for (let i = 0; i < N; i += 50) products.push(...await add(Array.from({ length: Math.min(50, N - i) }, (_, k) => product(i + k, `Product ${i + k}`)), STOCK))
const scarce = await add(Array.from({ length: 5 }, (_, k) => product(90000 + k, `Scarce ${k}`)), 10)

const customers = []
for (let i = 0; i < M; i++) {
  const email = `shopper${i}@example.com`
  await gql(`mutation($i:CreateCustomerInput!){ createCustomer(input:$i,password:"${PASSWORD}"){ ...on Customer{id} ...on ErrorResult{errorCode message} } }`,
    { i: { emailAddress: email, firstName: "S", lastName: String(i) } })
  customers.push(email)
}
await gql(`mutation{ reindex{id} }`)
writeFileSync("state.json", JSON.stringify({ ship: ship.id, location: loc.id, products, scarce, customers, password: PASSWORD }))
