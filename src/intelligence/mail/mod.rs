//! What an email address tells: slips in the domain, throw-away and shared mailboxes.
