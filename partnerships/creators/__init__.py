"""The creator's file: who they are to this organisation, over years and campaigns."""
