"""The domain: who reviews whom, what is asked, how scores come about. Pure: no Slack, SQL, files, network, clock."""
