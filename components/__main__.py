"""What `pulumi` starts to use the components from any language; PulumiPlugin.yaml says how."""

from nat_egress.plugin import main

if __name__ == "__main__":
    main()
