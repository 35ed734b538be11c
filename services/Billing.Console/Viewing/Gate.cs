using System.Security.Claims;
using Billing.Console.Settings;
using Billing.Hosting.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace Billing.Console.Viewing;

/// <summary>Who comes in, and what a browser may do with what it gets.</summary>
static class Gate
{
    const string Scheme = "console";

    /// <summary>A working day: 10 hours. Each look renews it.</summary>
    static readonly TimeSpan SignedInFor = TimeSpan.FromHours(10);

    public static void AddViewing(this IServiceCollection services, Provider? provider)
    {
        services.AddSingleton(keys => new Entrance(keys.GetRequiredService<HttpKeys>(), provider));
        // in memory: whoever is signed in signs in again after a restart, and no secret lies on a disk
        services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
        var authentication = services.AddAuthentication().AddCookie(Scheme, options =>
        {
            options.Cookie.Name = "console";
            Harden(options.Cookie);
            (options.ExpireTimeSpan, options.SlidingExpiration) = (SignedInFor, true);
        });
        if (provider is not null)
            authentication.AddProvider(provider, Scheme);
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "console-form";
            Harden(options.Cookie);
            options.FormFieldName = "token";
            options.SuppressXFrameOptionsHeader = true;     // the policy below says it
        });
    }

    static void Harden(CookieBuilder cookie) =>
        (cookie.HttpOnly, cookie.SameSite, cookie.SecurePolicy, cookie.IsEssential) = (true, SameSiteMode.Strict, CookieSecurePolicy.SameAsRequest, true);

    /// <summary>In front of everything.</summary>
    public static void UseViewing(this WebApplication app)
    {
        var isLocked = app.Services.GetRequiredService<Entrance>().IsLocked;
        var options = app.Services.GetRequiredService<IOptions<ConsoleOptions>>();
        app.Use((context, next) =>
        {
            // behind a proxy that ends TLS: cookies and the addresses that the provider is told are those that a browser sees
            if (options.Value.PublicAddress is { } address)
                (context.Request.Scheme, context.Request.Host) = (address.Scheme, HostString.FromUriComponent(address));
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            // a page of another name that leads to this machine is not ours: without a key only the name could tell
            if (isLocked || Loopback.IsThisMachine(context.Request.Host.Host) || context.Request.Path.StartsWithSegments("/health"))
                return next(context);
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return context.Response.WriteAsync("Only this machine may ask, by the name localhost or its loopback address: no key is set.");
        });
        app.UseAuthentication();        // the provider's answer comes to an address of its own
    }

    /// <returns>Null when he has to sign in first.</returns>
    public static async Task<Caller?> ViewerOfAsync(HttpContext context, Entrance entrance)
    {
        if (!entrance.IsLocked)
            return new Caller(Environment.UserName, Rights.All);
        var signedIn = await context.AuthenticateAsync(Scheme);
        return signedIn.Principal is { Identity.Name: { } name } who && Enum.TryParse<Rights>(who.FindFirstValue(ClaimTypes.Role), out var rights)
            ? new Caller(name, rights) : null;
    }

    public static Task SignInAsync(HttpContext context, Caller viewer) => context.SignInAsync(Scheme, PrincipalOf(viewer));

    /// <summary>What the cookie holds of him.</summary>
    public static ClaimsPrincipal PrincipalOf(Caller viewer) => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.Name, viewer.Name), new Claim(ClaimTypes.Role, viewer.Rights.ToString())], CookieAuthenticationDefaults.AuthenticationScheme));

    public static Task SignOutAsync(HttpContext context) => context.SignOutAsync(Scheme);
}
