using GoCart.AppHost;
using GoCart.AppHost.Running;

return await CommandLine.RunAsync(args, options => new StoreRun(options).RunAsync());
