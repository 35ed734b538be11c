using System.CommandLine;
using System.Net.Http.Json;

namespace Billing.Cli.Persons;

/// <summary><c>seal status</c>, <c>seal rewrap</c> and <c>seal drop</c>: the keys under which people's data are kept, and what still needs each.</summary>
static class SealVerb
{
    sealed record HeldView(string Service, string? CurrentKey, string[] Keys, PlaceView[] Held);

    sealed record PlaceView(string Place, Dictionary<string, long> ByKey);

    sealed record SetView(int Rewrapped, int Locked);

    public static Command Create() => new("seal", "The keys under which people's data are kept.") { Status(), Rewrap(), Drop() };

    static Command Status()
    {
        var status = new Command("status", "How many values each key still holds, by service and table. Reads the tables from end to end.");
        status.SetAction(async (_, cancellation) =>
        {
            foreach (var service in await HeldAsync(cancellation))
            {
                var known = service.Keys.Length == 0 ? "none" : string.Join(", ", service.Keys);
                Screen.Unbroken($"{service.Service}: seals under {service.CurrentKey ?? "no key"}, knows {known}");
                foreach (var place in service.Held)
                {
                    var keys = place.ByKey.OrderBy(key => key.Key, StringComparer.Ordinal).Select(key => $"{key.Key} {key.Value:N0}");
                    Screen.Unbroken($"  {place.Place,-40} {string.Join("  ", keys)}");
                }
            }

            return 0;
        });
        return status;
    }

    static Command Rewrap()
    {
        var most = new Option<int>("--set") { Description = "Values of one set, which is one transaction for each table.", DefaultValueFactory = _ => 2000 };
        var rewrap = new Command("rewrap", "Seals what lies under older keys anew, set by set. Ended in the middle, it goes on when asked again.") { most };
        rewrap.SetAction(async (parsed, cancellation) =>
        {
            var locked = 0;
            await AllServices.AskAsync(async service =>
            {
                var (name, total) = ((await HeldOfAsync(service, cancellation)).Service, 0L);
                while (await NextAsync(service, parsed.GetValue(most), cancellation) is var set)
                {
                    total += set.Rewrapped;
                    if (set.Rewrapped > 0)
                        Screen.Unbroken($"{name}: {total:N0} sealed anew");
                    if (set.Rewrapped > 0)
                        continue;
                    Screen.Unbroken(total == 0 ? $"{name}: nothing to do" : $"{name}: done");
                    locked += set.Locked;
                    break;
                }

                return total;
            });
            if (locked > 0)
                Screen.Wrong($"{locked} values could not be opened and stay as they are: they were changed, or are sealed with another key of the same name.");
            return locked == 0 ? 0 : 1;
        });
        return rewrap;
    }

    static Command Drop()
    {
        var name = new Argument<string>("NAME") { Description = "The key that is to go." };
        var drop = new Command("drop", "Says whether a key may go: nothing is sealed under it any more. Refuses otherwise.") { name };
        drop.SetAction(async (parsed, cancellation) =>
        {
            var (key, held) = (parsed.GetValue(name)!, await HeldAsync(cancellation));
            if (held.FirstOrDefault(service => service.CurrentKey == key) is { } current)
                throw new CliException($"{current.Service} seals under {key}; expected a key that is not the current one of any service (seal rotate).");
            var needed = held.SelectMany(service => service.Held.Where(place => place.ByKey.ContainsKey(key))
                .Select(place => $"{service.Service} {place.Place}: {place.ByKey[key]:N0}")).ToList();
            if (needed.Count > 0)
                throw new CliException($"{key} still opens what is kept; seal it anew first (seal rewrap):\n  {string.Join("\n  ", needed)}");
            var known = held.SelectMany(service => service.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
            if (!known.Contains(key))
                throw new CliException($"NAME is {key}; expected one of {string.Join(", ", known)}.");
            Screen.Unbroken($"nothing is sealed under {key}: take Sealing__Keys__{key} out of the settings of every service, and start them anew");
            return 0;
        });
        return drop;
    }

    static Task<IReadOnlyList<HeldView>> HeldAsync(CancellationToken cancellation) => AllServices.AskAsync(service => HeldOfAsync(service, cancellation));

    static async Task<HeldView> HeldOfAsync(HttpClient service, CancellationToken cancellation) =>
        (await service.GetFromJsonAsync<HeldView>("api/seals", cancellation))!;

    static async Task<SetView> NextAsync(HttpClient service, int most, CancellationToken cancellation)
    {
        using var answer = await service.PostAsync(new Uri($"api/seals/rewrap?most={most}", UriKind.Relative), null, cancellation);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<SetView>(cancellation))!;
    }
}
