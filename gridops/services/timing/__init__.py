"""What clocks are judged by: versions of calendars and of the policy, open tickets put on later ones, appeals against missed clocks."""
