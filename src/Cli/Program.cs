using System.Runtime.InteropServices;
using GoCart.Cli;

using var stop = new CancellationTokenSource();
int? signalled = null;

// The first Ctrl-C lets the command end cleanly; the second one ends the process at once.
void Stop(PosixSignalContext context)
{
    context.Cancel = !stop.IsCancellationRequested;
    signalled = context.Signal == PosixSignal.SIGTERM ? ExitCode.Terminated : ExitCode.Interrupted;
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

var exitCode = await CliApp.RunAsync(args, CliEnvironment.OfThisProcess(), stop.Token);
return exitCode == ExitCode.Interrupted ? signalled ?? exitCode : exitCode;
