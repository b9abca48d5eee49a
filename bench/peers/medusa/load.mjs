// node load.mjs page|product|add|order|login|scarce SECONDS
import { any, run, state } from "./lib.mjs"

const shop = state()
const [what, seconds] = process.argv.slice(2)
const price = `region_id=${shop.region}&fields=*variants.calculated_price`
const address = {
  first_name: "A", last_name: "B", address_1: "Street 1", city: "Berlin", postal_code: "10115", country_code: "de",
}

const open = (me) => { me.headers = { "x-publishable-api-key": shop.key } }
const cart = async (me, more) => (await me.http("POST", "/store/carts", { region_id: shop.region, ...more })).json.cart.id

/** The fewest calls that make an order: cart with address and item, shipping, payment, done. */
async function order(me, variant, number) {
  const id = await cart(me, {
    email: `bench${number}@example.com`, shipping_address: address, items: [{ variant_id: variant, quantity: 1 }],
  })
  await me.http("POST", `/store/carts/${id}/shipping-methods`, { option_id: shop.option })
  const payment = (await me.http("POST", "/store/payment-collections", { cart_id: id })).json.payment_collection.id
  await me.http("POST", `/store/payment-collections/${payment}/payment-sessions`, { provider_id: "pp_system_default" })
  const done = (await me.http("POST", `/store/carts/${id}/complete`, {})).json
  if (done.type !== "order") throw new Error(`not placed: ${done.error?.message}`)
}

const works = {
  page: { work: (me, n) => me.http("GET", `/store/products?limit=20&offset=${(n % 50) * 20 % shop.products.length}&${price}`) },
  product: { work: (me) => me.http("GET", `/store/products/${any(shop.products).id}?${price}`) },
  add: {
    begin: async (me) => { open(me); me.cart = await cart(me) },
    work: (me) => me.http("POST", `/store/carts/${me.cart}/line-items`, { variant_id: any(shop.products).variant, quantity: 1 }),
  },
  order: { work: (me, n) => order(me, any(shop.products).variant, n) },
  login: { work: (me, n) => me.http("POST", "/auth/customer/emailpass", { email: shop.customers[n % shop.customers.length], password: shop.password }) },
  scarce: { shoppers: 64, total: 64, work: (me, n) => order(me, shop.scarce[0].variant, n) },
}

await run({ base: process.env.BASE, shoppers: 16, seconds: Number(seconds), begin: open, ...works[what] })
