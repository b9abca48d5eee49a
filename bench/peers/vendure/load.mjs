// node load.mjs page|search|product|add|order|login|scarce SECONDS
import { any, run, state } from "./lib.mjs"

const shop = state()
const [what, seconds] = process.argv.slice(2)
const ERROR = "...on ErrorResult{errorCode message}"
const ORDER = "id code state totalWithTax lines{id quantity linePriceWithTax productVariant{id name}}"
const PRODUCT = "id name slug description featuredAsset{preview} variants{id name sku price priceWithTax currencyCode stockLevel}"
const STEPS = {
  add: `addItemToOrder(productVariantId:$v,quantity:1){...on Order{${ORDER}} ${ERROR}}`,
  customer: `setCustomerForOrder(input:{emailAddress:$e,firstName:"A",lastName:"B"}){...on Order{id} ${ERROR}}`,
  address: `setOrderShippingAddress(input:{fullName:"A B",streetLine1:"Street 1",city:"Berlin",postalCode:"10115",countryCode:"DE"}){...on Order{id} ${ERROR}}`,
  ship: `setOrderShippingMethod(shippingMethodId:$s){...on Order{${ORDER}} ${ERROR}}`,
  state: `transitionOrderToState(state:"ArrangingPayment"){...on Order{id state} ${ERROR}}`,
  pay: `addPaymentToOrder(input:{method:"dummy",metadata:{}}){...on Order{${ORDER}} ${ERROR}}`,
}

async function ask(me, query, variables) {
  const { headers, json } = await me.http("POST", "/shop-api", { query, variables })
  if (headers["vendure-auth-token"]) me.headers.authorization = `Bearer ${headers["vendure-auth-token"]}`
  if (json.errors) throw new Error(json.errors[0].message)
  for (const part of Object.values(json.data)) if (part?.errorCode) throw new Error(`${part.errorCode} ${part.message}`)
  return json.data
}
/** Somebody new, with an empty cart. */
const leave = (me) => { delete me.headers.authorization }

/** GraphQL runs the mutations of a document in their order: a whole checkout in one call. */
async function order(me, variant, number) {
  leave(me)
  const { addPaymentToOrder: placed } = await ask(me,
    `mutation($v:ID!,$e:String!,$s:[ID!]!){${Object.values(STEPS).join(" ")}}`,
    { v: variant, e: `bench${number}@example.com`, s: [shop.ship] })
  if (placed.state !== "PaymentSettled") throw new Error(`not placed: ${placed.state}`)
}

const works = {
  page: {
    work: (me, n) => ask(me, `query($s:Int!){products(options:{take:20,skip:$s}){totalItems items{${PRODUCT}}}}`,
      { s: (n % 50) * 20 % shop.products.length }),
  },
  search: {
    work: (me, n) => ask(me, "query($s:Int!){search(input:{take:20,skip:$s,groupByProduct:true}){totalItems items{productId productName slug description productAsset{preview} sku inStock priceWithTax{...on PriceRange{min max} ...on SinglePrice{value}} currencyCode}}}",
      { s: (n % 50) * 20 % shop.products.length }),
  },
  product: { work: (me) => ask(me, `query($id:ID!){product(id:$id){${PRODUCT}}}`, { id: any(shop.products).id }) },
  add: {
    work: (me) => {
      // A cart that holds everything at last is nobody's.
      me.adds = (me.adds ?? 0) + 1
      if (me.adds % 10 === 0) leave(me)
      return ask(me, `mutation($v:ID!){${STEPS.add}}`, { v: any(shop.products).variant })
    },
  },
  order: { work: (me, n) => order(me, any(shop.products).variant, n) },
  login: {
    work: (me, n) => {
      leave(me)
      return ask(me, `mutation($u:String!,$p:String!){login(username:$u,password:$p){...on CurrentUser{id} ${ERROR}}}`,
        { u: shop.customers[n % shop.customers.length], p: shop.password })
    },
  },
  scarce: { shoppers: 64, total: 64, work: (me, n) => order(me, shop.scarce[0].variant, n) },
}

await run({ base: process.env.BASE, shoppers: 16, seconds: Number(seconds), ...works[what] })
