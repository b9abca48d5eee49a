using System.Runtime.Versioning;

// Processes are watched through /proc and ended through the kernel's parent-death signal. Elsewhere the store runs in
// containers: deploy/compose.yaml.
[assembly: SupportedOSPlatform("linux")]
