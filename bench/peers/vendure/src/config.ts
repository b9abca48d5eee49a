import {
  bootstrap, bootstrapWorker, DefaultJobQueuePlugin, DefaultLogger, DefaultSchedulerPlugin, DefaultSearchPlugin,
  dummyPaymentHandler, LogLevel, VendureConfig,
} from "@vendure/core"

export const config: VendureConfig = {
  apiOptions: {
    hostname: "127.0.0.1",
    port: Number(process.env.PORT),
    adminApiPath: "admin-api",
    shopApiPath: "shop-api",
    cors: { origin: ["http://127.0.0.1"], credentials: true },
    csrfPrevention: true,
  },
  authOptions: {
    tokenMethod: ["bearer", "cookie"],
    superadminCredentials: {
      identifier: "superadmin",
      password: process.env.PEER_SECRET!,
    },
    cookieOptions: { secret: process.env.PEER_SECRET },
  },
  dbConnectionOptions: {
    type: "postgres",
    url: process.env.DATABASE_URL,
    synchronize: process.env.SEEDING === "1",
    logging: false,
    poolSize: 20,
  } as any,
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  customFields: {},
  logger: new DefaultLogger({ level: LogLevel.Warn }),
  plugins: [
    DefaultSchedulerPlugin.init(),
    DefaultJobQueuePlugin.init({ useDatabaseForBuffer: true }),
    // Three products a second get into the search index one by one: the seed holds them back, and indexes all of them at its end.
    DefaultSearchPlugin.init({ bufferUpdates: process.env.SEEDING === "1", indexStockStatus: true }),
  ],
}

const role = process.argv[2]
if (role === "worker") bootstrapWorker(config).then((worker) => worker.startJobQueue())
else if (role === "server") bootstrap(config)
// Makes the tables, and ends.
else bootstrap(config).then((app) => app.close()).then(() => process.exit(0))
