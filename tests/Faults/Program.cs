using GoCart.Faults;

return await CommandLine.RunAsync(args);
