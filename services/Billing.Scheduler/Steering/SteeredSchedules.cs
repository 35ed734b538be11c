using Billing.Hosting;
using Billing.Hosting.Texts;
using Billing.Persistence;
using Billing.Scheduler.Schedules;
using Microsoft.EntityFrameworkCore;

namespace Billing.Scheduler.Steering;

/// <summary>Finds the schedule that a command is about, and locks it against whoever fires it.</summary>
sealed class SteeredSchedules(SchedulerDbContext db)
{
    const int LongestShown = 80;

    /// <exception cref="CommandRejectedException">No schedule of that name is configured.</exception>
    public async Task<ScheduleState> LockAsync(string command, string name, CancellationToken cancellationToken)
    {
        if (await db.Schedules.Where(x => x.Name == name && x.Enabled).ForUpdate().SingleOrDefaultAsync(cancellationToken) is { } state)
            return state;
        var names = await db.Schedules.Where(x => x.Enabled).Select(x => x.Name).OrderBy(x => x).ToListAsync(cancellationToken);
        throw CommandRejected.Because(command, "Schedule", name.ShortenedTo(LongestShown), $"the name of a schedule: {string.Join(", ", names)}");
    }
}
