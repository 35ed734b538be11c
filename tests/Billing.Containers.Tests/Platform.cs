using System.Runtime.Versioning;

// bash and the rights of files are what these tests are about
[assembly: SupportedOSPlatform("linux")]
