using Billing.Hosting.Http;

namespace Billing.Console.Viewing;

/// <summary>The keys of <c>Http:Keys</c>, as every host has them: whoever signs in has the name and the rights of his key.</summary>
sealed class NamedKeys(HttpKeys keys) : IKeyring
{
    public bool AsksForKey => keys.AreSet;

    public Viewer? Of(string key) => keys.Find(key) is { } caller ? new Viewer(caller.Name, caller.Rights) : null;
}
